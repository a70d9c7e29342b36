"""How many cells and files nobody wrote are tried: 300 a test; 10,000 with ``--hypothesis-profile=thorough``.

And kernels whose packages each test makes up.
"""

from __future__ import annotations

import sys

import packaging.requirements  # noqa: F401
import pytest
from hypothesis import HealthCheck, settings

for name, examples in (("quick", 300), ("thorough", 10_000)):
    settings.register_profile(name, max_examples=examples, deadline=5_000, suppress_health_check=list(HealthCheck))
settings.load_profile("quick")


@pytest.fixture
def site(tmp_path):
    directory = tmp_path / "lib" / "site-packages"
    directory.mkdir(parents=True)
    return directory


_OF_TENSORFLOW = ("absl", "google", "wrapt")


@pytest.fixture
def kernel(site, monkeypatch):
    """A kernel whose search path is the made directory, and then the library's."""
    monkeypatch.setattr(sys, "path", [str(site), *(path for path in sys.path if "site-packages" not in path)])
    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    # Where the kernel ring is collected in the same process, TensorFlow's own dependencies are loaded by now.
    for name in [name for name in sys.modules if name.partition(".")[0] in _OF_TENSORFLOW]:
        monkeypatch.delitem(sys.modules, name)
    before = set(sys.modules)
    yield site
    for name in set(sys.modules) - before:
        del sys.modules[name]

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


@pytest.fixture
def kernel(site, monkeypatch):
    """A kernel whose search path is the made directory, and then the library's."""
    monkeypatch.setattr(sys, "path", [str(site), *(path for path in sys.path if "site-packages" not in path)])
    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    before = set(sys.modules)
    yield site
    for name in set(sys.modules) - before:
        del sys.modules[name]

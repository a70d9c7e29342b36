from __future__ import annotations

import sys
from pathlib import Path

import pytest

_LIBRARIES = ("keras", "tensorflow", "tf_keras")


# Files of the unit ring that take more than a few seconds: random texts, many processes, the whole catalog.
_SLOW = {
    "test_archive.py",
    "test_catalog_recorder.py",
    "test_cli_terminal.py",
    "test_files_random.py",
    "test_source_random.py",
}


def pytest_collection_modifyitems(items):
    """``pytest -m quick``: the unit ring without its slow files; under a minute, without TensorFlow."""
    for item in items:
        if item.path.parent.name == "unit" and item.path.name not in _SLOW:
            item.add_marker(pytest.mark.quick)


@pytest.fixture(scope="module", autouse=True)
def only_the_kernel_ring_knows_tensorflow(request):
    """The kernel ring's files import TensorFlow when they are collected; the rings before it make do without."""
    if Path(request.path).parent.name == "kernel":
        yield
        return
    hidden = {name: module for name, module in sys.modules.items() if name.split(".")[0] in _LIBRARIES}
    for name in hidden:
        del sys.modules[name]
    yield
    for name in [name for name in sys.modules if name.split(".")[0] in _LIBRARIES]:
        del sys.modules[name]
    sys.modules.update(hidden)

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest

QUICK, SLOW = "quick", "slow"
_LIBRARIES = ("keras", "tensorflow", "tf_keras")


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
    # Python aborts where TensorFlow is imported a second time, which happens where all rings run in one process.
    imported = "tensorflow.python" in sys.modules
    for name in [name for name in sys.modules if name.split(".")[0] in _LIBRARIES]:
        del sys.modules[name]
    sys.modules.update(hidden)
    assert not imported, "a test of this file has imported the real TensorFlow"


def pytest_ignore_collect(collection_path, config):
    """Collecting the kernel ring imports TensorFlow, which is not quick."""
    ring = collection_path.relative_to(Path(__file__).parent).parts[:1]
    return (config.option.markexpr == QUICK and ring in (("kernel",), ("browser",))) or None


def pytest_collection_finish():
    """What collecting has imported, TensorFlow among it, is not looked through again whenever a shell is closed."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items):
    """The unit and shell rings are quick, but for what says that it is slow."""
    for item in items:
        if {"unit", "shell"} & set(item.path.parts) and not item.get_closest_marker(SLOW):
            item.add_marker(QUICK)

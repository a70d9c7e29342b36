from __future__ import annotations

import sys
from pathlib import Path

import pytest

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
    for name in [name for name in sys.modules if name.split(".")[0] in _LIBRARIES]:
        del sys.modules[name]
    sys.modules.update(hidden)

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from driver import Kernel, started

# The lessons say that they need Keras 3.
try:
    collect_ignore = [] if version("keras") >= "3" else ["test_notebooks.py"]
except PackageNotFoundError:
    collect_ignore = ["test_notebooks.py"]


@pytest.fixture(scope="session")
def small_keras(tmp_path_factory):
    """A folder with files of a user, and a package by the name of keras, so that the stories need no TensorFlow."""
    folder = tmp_path_factory.mktemp("stories")
    package = folder / "site-packages" / "keras"
    (package / "layers").mkdir(parents=True)
    (package / "__init__.py").write_text("from . import layers\n")
    (package / "layers" / "__init__.py").write_text("class Dense:\n    pass\n")
    (folder / "user_module.py").write_text("from keras.layers.core import Dense\n")
    (folder / "script.py").write_text("from keras.layers.core import Dense\n")
    (folder / "library.py").write_text(
        "try:\n    from keras.layers.core import Dense\nexcept ImportError:\n    Dense = None\n"
    )
    return folder


@pytest.fixture(scope="session")
def _kernel_of_small_keras(tmp_path_factory, small_keras):
    with started(Kernel(tmp_path_factory.mktemp("kernel"), [small_keras / "site-packages", small_keras])) as kernel:
        yield kernel


@pytest.fixture(scope="session")
def _kernel_of_tensorflow(tmp_path_factory):
    with started(Kernel(tmp_path_factory.mktemp("kernel"), environment={"TF_CPP_MIN_LOG_LEVEL": "3"})) as kernel:
        assert kernel.run("import tensorflow as tf\ntf.keras.layers").status == "ok"
        yield kernel


@pytest.fixture
def kernel(_kernel_of_small_keras):
    """A kernel for everything that does not need the real TensorFlow: it has a small package by the name of keras.

    One for all tests: each begins with an empty namespace and with kerasmagic loaded.
    """
    _kernel_of_small_keras.reset()
    return _kernel_of_small_keras


@pytest.fixture
def real_kernel(_kernel_of_tensorflow):
    """A kernel that has loaded the real TensorFlow, and Keras by it.

    One for all tests: each begins with an empty namespace and with kerasmagic loaded. Take it wherever a test does not
    break the process, and a ``Kernel`` of the test's own, which costs ten seconds, where it does.
    """
    _kernel_of_tensorflow.reset()
    return _kernel_of_tensorflow

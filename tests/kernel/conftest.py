from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from driver import Kernel

# The lessons say that they need Keras 3.
try:
    collect_ignore = [] if version("keras") >= "3" else ["test_notebooks.py"]
except PackageNotFoundError:
    collect_ignore = ["test_notebooks.py"]


@pytest.fixture(scope="module")
def small_keras(tmp_path_factory):
    """A folder with a package by the name of keras, so that the stories need no TensorFlow."""
    folder = tmp_path_factory.mktemp("packages")
    (folder / "keras" / "layers").mkdir(parents=True)
    (folder / "keras" / "__init__.py").write_text("__version__ = '3.0.0'\nfrom . import layers\n")
    (folder / "keras" / "layers" / "__init__.py").write_text("class Dense:\n    pass\n")
    (folder / "user_module.py").write_text("from keras.layers.core import Dense\n")
    (folder / "script.py").write_text("from keras.layers.core import Dense\n")
    (folder / "library.py").write_text(
        "try:\n    from keras.layers.core import Dense\nexcept ImportError:\n    Dense = None\n"
    )
    return folder


@pytest.fixture(scope="module")
def kernel(tmp_path_factory, small_keras):
    kernel = Kernel(tmp_path_factory.mktemp("kernel"), [small_keras])
    assert kernel.run("%load_ext kerasmagic").status == "ok"
    yield kernel
    kernel.stop()

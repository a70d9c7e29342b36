"""KE121: legacy Keras without tf_keras."""

from __future__ import annotations

from environments import commands, fail, only, problems, put


def test_legacy_keras_means_nothing_to_an_older_tensorflow(site):
    put(site, "tensorflow", "2.12.1")
    assert problems(site, TF_USE_LEGACY_KERAS="1") == []


def test_legacy_keras_without_tf_keras(site):
    put(site, "tensorflow", "2.15.1")
    problem = only("KE121", site, TF_USE_LEGACY_KERAS="1")
    assert commands(problem)[0] == '%pip install "tf_keras>=2.15,<2.16"'


def test_the_lazy_loader_that_finds_no_tf_keras(kernel, monkeypatch):
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    put(kernel, "tensorflow", "2.21.0")
    loader = "def __getattr__(name):\n    return __getattr__(name)\n"
    (kernel / "tensorflow" / "lazy_loader.py").write_text(loader)
    (kernel / "tensorflow" / "__init__.py").write_text("from . import lazy_loader as keras\n")
    (problem,) = fail("import tensorflow as tf\ntf.keras.layers")
    assert problem.rule == "KE121"


def test_a_package_that_asks_for_legacy_keras_itself(kernel, monkeypatch):
    """tensorflow_model_optimization sets the variable after TensorFlow has read it once."""
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    put(kernel, "tensorflow", "2.17.1")
    put(kernel, "keras", "3.5.0")
    loader = "def load():\n    raise ImportError('Keras cannot be imported. Check that it is installed.')\n"
    (kernel / "tensorflow" / "lazy_loader.py").write_text(loader)
    (kernel / "tensorflow" / "__init__.py").write_text(
        "from . import lazy_loader\n_tf_uses_legacy_keras = False\nkeras = lazy_loader.load\n"
    )
    (problem,) = fail("import tensorflow as tf\ntf.keras()")
    assert problem.rule == "KE121"

"""KE128: TensorFlow's lazy loader hides why Keras cannot be imported."""

from __future__ import annotations

import sys

import pytest
from environments import commands, fail, put

SAYS = "def load():\n    raise ImportError('Keras cannot be imported. Check that it is installed.')\n"
LOOPS = "def load():\n    return load()\n"


@pytest.fixture(params=[SAYS, LOOPS])
def lazy(request, kernel, monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    put(kernel, "tensorflow", "2.21.0", "keras>=3")
    put(kernel, "keras", "3.15.1")
    (kernel / "tensorflow" / "lazy_loader.py").write_text(request.param)
    (kernel / "tensorflow" / "__init__.py").write_text("from . import lazy_loader\nkeras = lazy_loader.load\n")
    return kernel


CELL = "import tensorflow as tf\ntf.keras()"


def test_the_backend_is_the_reason(lazy, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setitem(sys.modules, "torch", None)
    (problem,) = fail(CELL)
    assert problem.title == "KERAS_BACKEND chooses torch, which is not installed"
    assert commands(problem)[0] == '%pip install "tensorflow==2.21.0" torch'


def test_damage_is_the_reason(lazy):
    (lazy / "keras-3.15.1.dist-info" / "RECORD").write_text("keras/src/layers.py,sha256=abc,100")
    (problem,) = fail(CELL)
    assert problem.rule == "KE125"


def test_for_any_other_the_line_that_shows_it(lazy):
    (problem,) = fail(CELL)
    assert (problem.rule, commands(problem)) == ("KE128", ["import keras"])


def test_silent_of_other_errors(lazy):
    (lazy / "tensorflow" / "__init__.py").write_text("def keras():\n    raise ImportError('of something else')\n")
    assert fail(CELL) == []


def test_a_tf_keras_of_another_minor_is_the_reason(lazy, monkeypatch):
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    put(lazy, "tf_keras", "2.18.0", "tensorflow<2.19,>=2.18")
    (problem,) = fail(CELL)
    assert problem.rule == "KE104"
    assert commands(problem) == ['%pip install "tf_keras>=2.21,<2.22"']

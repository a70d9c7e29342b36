"""KA385: TensorFlow with another backend of Keras."""

from __future__ import annotations

import linecache
import sys
from types import ModuleType

import pytest
from checked import KERAS_3, failed

OF_TORCH = RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
HEAD = "import keras\nimport tensorflow as tf\n"


def told(body, monkeypatch, backend="torch", error=OF_TORCH):
    """What is said where TensorFlow, in a loss that the cell defines, asks a tensor of another backend for values."""
    config = ModuleType("keras.src.backend.config")
    config._BACKEND = backend
    monkeypatch.setitem(sys.modules, config.__name__, config)
    loss = f"def loss(a, b):\n    refuse()\n    return {body}\n"
    cell, path = f"{HEAD}{loss}model.fit(x, y)\n", "<ipython-input-7-backend>"
    monkeypatch.setitem(linecache.cache, path, (len(cell), None, cell.splitlines(keepends=True), path))

    inside = {"__name__": "torch", "error": error.with_traceback(None)}
    exec(compile("def refuse():\n    raise error", "/x/site-packages/torch/_tensor.py", "exec"), inside)
    names = {"refuse": inside["refuse"]}
    exec(compile("\n\n" + loss, path, "exec"), names)
    try:
        names["loss"](1, 2)
    except Exception as raised:
        return [problem for problem in failed(KERAS_3, cell, raised, names) if problem.rule == "KA385"]
    raise AssertionError


@pytest.mark.parametrize(
    ("body", "works"),
    [
        ("tf.reduce_mean(tf.square(a - b))", "keras.ops.mean(keras.ops.square(a - b))"),
        ("tf.reduce_sum(tf.abs(a - b), axis=-1)", "keras.ops.sum(keras.ops.abs(a - b), axis=-1)"),
    ],
)
def test_the_functions_become_those_of_keras_ops(body, works, monkeypatch):
    for backend in ("torch", "jax"):
        (problem,) = told(body, monkeypatch, backend)
        assert problem.fixes[0].applicability == "check the result"
        assert f"    return {works}\n" in problem.fixes[0].source


def test_what_keras_ops_lacks_is_named(monkeypatch):
    (problem,) = told("tf.math.bessel_i0(tf.square(a))", monkeypatch)
    assert [fix.kind for fix in problem.fixes] == ["manual"]
    assert "tf.math.bessel_i0, tf.square" in problem.fixes[0].title


def test_nothing_is_said_without_tensorflow_or_another_backend(monkeypatch):
    assert told("keras.ops.mean(a - b)", monkeypatch) == []
    assert told("tf.reduce_mean(a)", monkeypatch, "tensorflow") == []
    assert told("tf.reduce_mean(a)", monkeypatch, error=RuntimeError("Something else")) == []

"""KD190: TensorFlow Lite converts neither types nor shapes."""

from __future__ import annotations

import pytest
from refusals import keras, rules, told

numpy = pytest.importorskip("numpy")
TYPES = "Cannot set tensor: Got value of type {} but expected type {} for input 0, name: serving_default_x:0 "
CELL = "net.set_tensor(index, rows)"


def interpreter(says):
    inside = keras(ValueError(says))
    inside["__name__"] = "tensorflow.lite.python.interpreter"
    exec("def set_tensor(self, tensor_index, value): raise says.with_traceback(None)", inside)
    return type("Interpreter", (), {"__module__": inside["__name__"], "set_tensor": inside["set_tensor"]})()


def test_numbers_become_those_of_the_model():
    net = interpreter(TYPES.format("FLOAT64", "FLOAT32"))
    (problem,) = told(CELL, net=net, index=0, rows=numpy.ones((1, 4)))
    assert problem.rule == "KD190"
    assert problem.fixes[0].source == "net.set_tensor(index, rows.astype('float32'))"
    assert problem.title == "rows is float64, and the model takes float32"


def test_numbers_of_a_quantized_model_are_scaled_by_hand():
    net = interpreter(TYPES.format("FLOAT32", "UINT8"))
    (problem,) = told(CELL, net=net, index=0, rows=numpy.ones((1, 4), "float32"))
    assert problem.fixes[0].source is None
    assert "zero_point" in problem.fixes[0].title


def test_one_sample_becomes_a_batch():
    net = interpreter("Cannot set tensor: Dimension mismatch. Got 1 but expected 2 for input 0.")
    (problem,) = told(CELL, net=net, index=0, rows=numpy.ones(4))
    assert problem.fixes[0].source == "net.set_tensor(index, rows[None])"


def test_several_samples_need_room():
    net = interpreter("Cannot set tensor: Dimension mismatch. Got 3 but expected 1 for dimension 0 of input 0.")
    (problem,) = told(CELL, net=net, index=0, rows=numpy.ones((3, 4)))
    assert "(3, 4)" in problem.fixes[0].title


def test_other_errors_are_not_told():
    assert rules(CELL, net=interpreter("Cannot set tensor: Tensor is unallocated."), index=0, rows=None) == []

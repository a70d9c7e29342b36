"""KD193: a dictionary of columns for a model of one input."""

from __future__ import annotations

import sys

import pytest
from refusals import model, told
from refusals import rules as rules_of
from test_kd128_layers_that_adapt import TensorSpec, pairs

SAYS = ValueError('Layer "dense" expects 1 input(s), but it received 2 input tensors. Inputs received: [x, y]')
CELL = "import tensorflow as tf\nmodel.fit(rows)"


def spec(dtype):
    found = TensorSpec(dtype)
    found.shape = type("TensorShape", (), {"__module__": "tensorflow.python.framework.tensor_shape"})()
    found.shape._dims = (None,)
    return found


@pytest.fixture
def tensorflow(monkeypatch):
    """One of the test's own: the real one takes seconds."""
    monkeypatch.setitem(sys.modules, "tensorflow", type(sys)("tensorflow"))


def test_the_columns_become_one_array(tensorflow):
    rows = pairs({"a": spec("int64"), "b": spec("float32")}, spec("int64"))
    (problem,) = told(CELL, model=model(SAYS), rows=rows)
    assert problem.rule == "KD193"
    joined = "tf.stack([tf.cast(each, tf.float32) for each in x.values()], axis=1)"
    assert problem.fixes[0].source == f"import tensorflow as tf\nmodel.fit(rows.map(lambda x, y: ({joined}, y)))"


def test_text_needs_an_input_of_its_own(tensorflow):
    rows = pairs({"a": spec("int64"), "b": spec("string")}, spec("int64"))
    (problem,) = told(CELL, model=model(SAYS), rows=rows)
    assert problem.fixes[0].source is None


def test_a_model_of_several_inputs_is_not_told(tensorflow):
    rows = pairs({"a": spec("int64"), "b": spec("int64")}, spec("int64"))
    assert "KD193" not in rules_of(CELL, model=model(SAYS, "Functional"), rows=rows)

"""KA361: the input of an InputLayer."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

SAYS = ValueError("`inputs` argument cannot be empty. Received:\ninputs=[]\noutputs=<KerasTensor>")


def layer(kind):
    return type(kind, (), {"__module__": "keras.src.layers.core.input_layer"})()


@pytest.mark.parametrize("cell", ["Model(dense.input, 1)", "Model(first.inputs, 1)", "Model([], 1)"])
def test_other_inputs_are_not_its(cell):
    dense, first = layer("Dense"), layer("InputLayer")
    dense.input = first.inputs = []
    assert "KA361" not in rules(cell, Model=refused(SAYS), dense=dense, first=first)


def test_its_output_is_the_input_of_the_model():
    first = layer("InputLayer")
    first.input = []
    (problem,) = told("x = layers[0].input\nModel(x, 1)", Model=refused(SAYS), layers=[first])
    assert (problem.rule, problem.fixes[0].applicability) == ("KA361", "verified")
    assert problem.fixes[0].source == "x = layers[0].output\nModel(x, 1)"

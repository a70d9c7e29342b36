"""KD107: tensors that make no model."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told


@pytest.mark.parametrize("message", ["Shapes differ", "The name is used", "Input size", "Graph"])
def test_other_errors_are_not_these(message):
    assert rules("Model(a, b)", Model=refused(ValueError(message)), a=1, b=2) == []


@pytest.mark.parametrize(
    "message, says, advice",
    [
        (
            "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis. Received: "
            "input_shape=[(None, 4, 5), (None, 3, 5)]",
            "[(None, 4, 5), (None, 3, 5)]",
            "axis=1",
        ),
        ("Inputs have incompatible shapes. Received shapes (4,) and (3,)", "(4,) and (3,)", "one shape"),
        ('The name "d" is used 2 times in the model. All operation names should be unique.', "'d'", "name='d_2'"),
        (
            "All `inputs` values must be KerasTensors. Received: inputs=x including invalid value x of type "
            "<class 'numpy.ndarray'>",
            "ndarray",
            "keras.Input(shape=x.shape[1:])",
        ),
        (
            "Found unexpected instance while processing output tensors for keras functional model. Got: NoneType",
            "NoneType",
            "lacks its return",
        ),
        ("Graph disconnected: cannot obtain value for tensor x", "not given", "all inputs"),
        (
            "When setting `include_top=True` and loading `imagenet` weights, `input_shape` should be (224, 224, 3).",
            "(224, 224, 3)",
            "include_top=False",
        ),
        ("Input size must be at least 32x32; Received: input_shape=(28, 28, 3)", "32x32", "Enlarge"),
        ("If using `weights='imagenet'` with `include_top=True`, `classes` should be 1000.", "1000", "include_top"),
    ],
)
def test_what_makes_no_model_is_told(message, says, advice):
    (problem,) = told("Model(a, b)", Model=refused(ValueError(message)), a=1, b=2)
    assert problem.rule == "KD107"
    assert says in problem.title
    assert advice in problem.fixes[0].title

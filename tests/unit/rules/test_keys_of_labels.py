"""KD129: labels in a dictionary whose keys are not the names of the outputs."""

from __future__ import annotations

import numpy as np
import pytest
from refusals import compiled, told

X, Y = np.zeros((6, 3)), np.zeros((6, 1))
STRUCTURES = "y_true and y_pred have different structures."


@pytest.mark.parametrize(
    "says",
    [
        ValueError(STRUCTURES),
        TypeError("Expected float32, but got price of type 'str'."),
    ],
)
def test_a_key_becomes_the_name_of_the_output_that_has_none(says):
    model = compiled(says, (None, 1), (None, 1))
    model.output_names = ["price", "sold"]
    (problem,) = told("model.fit(x, {'price': y, 'sales': y})", model=model, x=X, y=Y)
    assert problem.title == "The labels are called price, sales, and the outputs of the model price, sold"
    assert problem.fixes[0].source == "model.fit(x, {'price': y, 'sold': y})"


def test_an_output_without_labels_is_told():
    model = compiled(ValueError(STRUCTURES), (None, 1), (None, 1))
    model.output_names = ["price", "sold"]
    (problem,) = told("model.fit(x, {'price': y})", model=model, x=X, y=Y)
    assert problem.title == "The labels have nothing for sold, an output of the model"


@pytest.mark.parametrize("labels", ["{'price': y, 'sold': y}", "[y, y]"])
def test_labels_with_the_names_of_the_outputs_are_not_told(labels):
    model = compiled(ValueError("Something else is wrong"), (None, 1), (None, 1))
    model.output_names = ["price", "sold"]
    assert told(f"model.fit(x, {labels})", model=model, x=X, y=Y) == []


def test_keys_are_not_told_where_keras_says_another_thing():
    model = compiled(ValueError("The optimizer is none"), (None, 1), (None, 1))
    model.output_names = ["price", "sold"]
    assert told("model.fit(x, {'price': y, 'sales': y})", model=model, x=X, y=Y) == []

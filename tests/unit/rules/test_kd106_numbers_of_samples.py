"""KD106: as many labels as samples, as many arrays as inputs."""

from __future__ import annotations

import numpy as np
import pytest
from contracts import network, titles

from kerasmagic.rules.contracts.kd106_numbers_of_samples import check

X, Y, TWO = np.zeros((6, 4)), np.zeros(6), ((None, 3), (None, 2))


@pytest.mark.parametrize(
    "given",
    [
        {"x": X, "y": Y},
        {"x": X, "y": Y, "sample_weight": Y},
        {"x": X, "y": Y, "validation_data": (X, Y)},
        {"x": object(), "y": Y},
        {"x": {"a": X}, "y": Y},
        {},
    ],
)
def test_what_fits_is_not_told(given):
    assert titles(check, network(loss="mean_squared_error"), **given) == []


def test_a_list_for_several_inputs_is_not_told():
    assert titles(check, network(TWO), x=[np.zeros((6, 3)), np.zeros((6, 2))], y=Y) == []


@pytest.mark.parametrize(
    "given, says",
    [
        ({"x": X, "y": np.zeros(5)}, "x has 6 samples, and y has 5"),
        ({"x": X, "y": Y, "sample_weight": np.zeros(4)}, "sample_weight has 4"),
        ({"x": [np.zeros(4)] * 6, "y": Y}, "a list of 6 arrays"),
        ({"x": X, "y": [1, 2, 3, 4, 5, 6]}, "y is a list"),
        ({"x": (X, Y)}, "a tuple of two"),
        ({"x": X}, "no labels"),
        ({"x": X, "y": Y, "validation_data": X}, "validation_data is one array"),
    ],
)
def test_what_does_not_fit_is_told(given, says):
    found = titles(check, network(loss="mean_squared_error"), **given)
    assert found
    assert says in found[0]


def test_one_array_for_two_inputs():
    assert titles(check, network(TWO), x=np.zeros((6, 3)), y=Y) == ["The model has 2 inputs, and gets 1"]


@pytest.mark.parametrize("rows, labels", [((6, 5), 6), ((6, 6), 7), ((5, 6), None)])
def test_several_inputs_of_different_lengths_are_told(rows, labels):
    x = [np.zeros((rows[0], 3)), np.zeros((rows[1], 2))]
    (title,) = titles(check, network(TWO), x=x, y=None if labels is None else np.zeros(labels))[:1]
    assert f"input 1 has {rows[0]} samples, input 2 has {rows[1]} samples" in title
    assert labels is None or f"y has {labels}" in title


def test_weights_of_steps_are_as_many_as_labels():
    made, x, labels = network(outputs=((None, 10, 5),)), np.zeros((6, 10)), np.zeros((6, 10))
    assert titles(check, made, x=x, y=labels, sample_weight=np.ones((6, 10))) == []
    assert titles(check, made, x=x, y=labels[..., None], sample_weight=np.ones((6, 10))) == []
    assert titles(check, made, x=x, y=labels, sample_weight=np.ones((6, 9))) == [
        "sample_weight has shape (6, 9), and y has labels of shape (6, 10)"
    ]

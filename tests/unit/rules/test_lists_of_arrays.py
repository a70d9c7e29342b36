"""KD106: lists of arrays that are not what the model's inputs take."""

from __future__ import annotations

import numpy as np
import pytest
from contracts import network, titles
from refusals import compiled, told

from kerasmagic.rules.contracts.kd106_numbers_of_samples import check

X, Y, OTHER, TWO = np.zeros((6, 4)), np.zeros(6), np.zeros((6, 7)), ((None, 3), (None, 2))
SAYS = ValueError('Layer "functional" expects 1 input(s), but it received 2 input tensors.')


@pytest.mark.parametrize(
    "cell, works",
    [
        ("model.fit([x, y], epochs=2)", "model.fit(x, y, epochs=2)"),
        ("model.fit((x, y))", "model.fit(x, y)"),
    ],
)
def test_labels_in_the_list_become_an_argument(cell, works):
    (problem,) = told(cell, model=compiled(SAYS, (None, 1)), x=np.zeros((6, 3)), y=Y)
    assert (problem.rule, problem.fixes[0].source) == ("KD106", works)


def test_labels_behind_several_inputs_are_taken_out():
    cell, works = "model.fit([a, b, y])", "model.fit([a, b], y)"
    given = {"a": np.zeros((6, 3)), "b": np.zeros((6, 3)), "y": Y}
    (problem,) = told(cell, model=compiled(SAYS, (None, 1), inputs=2), **given)
    assert problem.fixes[0].source == works


def test_a_pair_by_its_name_is_taken_apart_by_hand():
    (problem,) = told("model.fit(pair)", model=compiled(SAYS, (None, 1)), pair=(np.zeros((6, 3)), Y))
    assert problem.fixes[0].title == "Write fit(pair[0], pair[1])."


@pytest.mark.parametrize(
    "inputs, given",
    [
        (((None, 4),), {"x": [X, X], "y": Y}),
        (((None, 4),), {"x": [X, np.zeros((5, 7))]}),
        (TWO, {"x": [np.zeros((6, 3)), np.zeros((6, 2))], "y": Y}),
    ],
)
def test_labels_are_seen_in_the_list_only_where_the_shapes_say_so(inputs, given):
    assert not any("labels are among" in title for title in titles(check, network(inputs, loss="mse"), **given))


def test_the_one_array_that_the_input_takes_is_given():
    (problem,) = told("model.fit([a, b], y)", model=compiled(SAYS, (None, 1)), a=np.zeros((6, 3)), b=OTHER, y=Y)
    assert problem.title == "The model has one input, and gets 2 arrays"
    assert problem.fixes[0].title.startswith("Give a alone, or make the model with an Input for each")


def test_inputs_one_by_one_become_a_list():
    says = TypeError("Model.fit() got multiple values for argument 'batch_size'")
    given = {"a": np.zeros((6, 3)), "b": np.zeros((6, 3)), "y": Y}
    model = compiled(says, (None, 1), inputs=2)
    found = [each for each in told("model.fit(a, b, y)", model=model, **given) if each.rule == "KD106"]
    assert [each.fixes[0].source for each in found] == ["model.fit([a, b], y)"]


def test_validation_data_for_one_of_two_inputs_is_told():
    given = {"x": [np.zeros((6, 3)), np.zeros((6, 2))], "y": Y, "validation_data": (np.zeros((6, 3)), Y)}
    assert titles(check, network(TWO), **given) == ["validation_data: The model has 2 inputs, and gets 1"]

"""KD130: settings of layers."""

from __future__ import annotations

import pytest
from refusals import keras, model, refused, rules, told

REFUSED = [
    (ValueError("Could not interpret regularizer identifier: 0.01"), "keras.regularizers.l2(0.01)"),
    (ValueError("Was asked to retrieve layer at index 3 but model only has 1 layers."), "model.get_layer('name')"),
    (
        ValueError(
            "Invalid value received for argument `rate`. Expected a float value between 0 and 1. Received: rate=30"
        ),
        "Dropout(0.2)",
    ),
    (
        ValueError(
            "The number of filters must be evenly divisible by the number of groups. Received: groups=4, filters=6."
        ),
        "multiple of groups",
    ),
    (
        ValueError("Number of groups (32) cannot be more than the number of channels (16)."),
        "GroupNormalization(groups=16)",
    ),
    (
        ValueError(
            "Invalid permutation argument `dims` for Permute Layer. The set of indices in `dims` must be "
            "consecutive and start from 1. Received dims=(0, 2, 1)"
        ),
        "Permute((3, 1, 2))",
    ),
    (
        ValueError(
            "All layers added to a Sequential model should have unique names. Name 'dense' is already the name "
            "of a layer in this model. Update"
        ),
        "another name=",
    ),
]


@pytest.mark.parametrize("says", [ValueError("A list has no end"), TypeError("It is not known")])
def test_other_errors_are_not_told(says):
    assert "KD130" not in rules("f(1)", f=refused(says))


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise says", says=REFUSED[0][0]) == []


@pytest.mark.parametrize("says, advice", REFUSED)
def test_it_is_told_what_to_do(says, advice):
    (problem,) = told("f(1)", f=refused(says))
    assert problem.rule == "KD130"
    assert advice in problem.fixes[0].title


UNIQUE = ValueError('All layers added to a Sequential model should have unique names. Name "fc" is already the name')


@pytest.mark.parametrize(
    "cell, again", [("{}", True), ("model = model\n{}", False), ("{}model.add(L(name='new'))", False)]
)
def test_a_cell_that_ran_before_is_told(cell, again):
    layer = type("Dense", (keras()["Layer"],), {"__module__": "keras.src.layers"})(None, _name="fc")
    inside = model(UNIQUE, _layers=[layer])
    type(inside).add = keras(UNIQUE)["call"]
    (problem,) = told(cell.format("model.add(L(name='fc'))\n"), model=inside, L=lambda name: name)
    assert (problem.title == "model has fc already: this cell has run before") == again

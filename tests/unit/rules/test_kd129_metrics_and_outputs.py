"""KD129: metrics and outputs."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

REFUSED = [
    (
        ValueError(
            "Missing data for input \"job\". You passed a data dictionary with keys ['age', 'jobs']. Expected the "
            "following keys: ['age', 'job']"
        ),
        "['age', 'job']",
    ),
    (
        ValueError(
            "FBetaScore expects 2D inputs with shape (batch_size, output_dim). Received input shapes: "
            "y_pred.shape=(None, 1) and y_true.shape=(None,)."
        ),
        "y.reshape(-1, 1)",
    ),
    (
        ValueError(
            "For a model with multiple outputs, when providing the `metrics` argument as a list, it should have "
            "as many entries as the model has outputs. Received: metrics=['mae'] of length 1 whereas the model "
            "has 2 outputs."
        ),
        "{'a': ['mae']}",
    ),
    (
        ValueError(
            "In the dict argument `metrics`, key 'out' does not correspond to any model output. Received: metrics={}"
        ),
        "output_names",
    ),
    (
        ValueError("`loss_weights` must match the number of losses, got 2 losses and 3 weights."),
        "loss_weights=[1.0, 0.5]",
    ),
    (
        ValueError(
            "Training data contains 1 samples, which is not sufficient to split it into a validation and "
            "training set as specified by `validation_split=0.1`. Either"
        ),
        "validation_data",
    ),
    (ValueError("`class_weight` is only supported for Models with a single output."), "sample_weight={'a'"),
]


@pytest.mark.parametrize("says", [ValueError("A list has no end"), TypeError("It is not known")])
def test_other_errors_are_not_told(says):
    assert "KD129" not in rules("f(1)", f=refused(says))


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise says", says=REFUSED[0][0]) == []


@pytest.mark.parametrize("says, advice", REFUSED)
def test_it_is_told_what_to_do(says, advice):
    (problem,) = told("f(1)", f=refused(says))
    assert problem.rule == "KD129"
    assert advice in problem.fixes[0].title

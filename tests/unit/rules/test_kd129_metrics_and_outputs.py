"""KD129: metrics and outputs."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from refusals import compiled, refused, rules, told

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


LIST = ValueError("y_true and y_pred have different structures.\ny_true: ['*', '*']\ny_pred: *\n")
TWO = ValueError("y_true and y_pred have different structures.\ny_true: ['*', '*']\ny_pred: ['*', '*', '*']\n")


@pytest.mark.parametrize(
    "labels, error",
    [("y", LIST), ("[y, y]", LIST), ("[y] * 2", LIST), ("names", LIST), ("[1] * 2", TWO)],
)
def test_labels_that_are_no_numbers_or_of_several_outputs(labels, error):
    model = SimpleNamespace(train_on_batch=refused(error))
    (problem,) = told(f"model.train_on_batch(x, {labels})", model=model, np=np, x=1, y=np.ones(2), names=["a"])
    assert problem.rule == "KD129" and all(fix.source is None for fix in problem.fixes)


@pytest.mark.parametrize(
    "labels, corrected",
    [
        ("[1] * n + [0] * n", "np.array([1] * n + [0] * n)"),
        ("[1, 0]", "np.array([1, 0])"),
        ("ones", "np.array(ones)"),
        ("[y]", "y"),
    ],
)
def test_labels_of_one_output_in_a_list(labels, corrected):
    model = SimpleNamespace(train_on_batch=refused(LIST))
    given = {"model": model, "np": np, "x": 1, "y": np.ones(2), "ones": [1, 1], "n": 1}
    (problem,) = told(f"model.train_on_batch(x, {labels})", **given)
    assert problem.fixes[0].source == f"model.train_on_batch(x, {corrected})"


STRUCTURE = ValueError("y_true and y_pred have different structures.\ny_true: *\ny_pred: ['*', '*']\n")


def test_one_array_of_labels_for_two_outputs():
    model = compiled(STRUCTURE, (None, 1), (None, 1), loss=["mse", "mae"])
    (problem,) = told("model.fit(x, t)", model=model, x=np.ones((4, 3)), t=np.ones(4))
    assert problem.title == "The model has 2 outputs, and gets labels for one: t"
    assert "(out0, out1): [t, …]" in problem.fixes[0].title


def test_metrics_of_one_output_are_given_to_each():
    says = REFUSED[1][0]
    cell = "model.compile(metrics=['accuracy'])\nmodel.fit(x, [y, y])"
    model = compiled(says, (None, 1), (None, 1))
    model.compile = lambda **given: None
    (problem,) = told(cell, model=model, x=np.ones((4, 3)), y=np.ones(4))
    assert problem.fixes[0].source.startswith("model.compile(metrics=[['accuracy']] * 2)")

"""KD129: metrics and outputs."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from refusals import compiled, model, refused, rules, told

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


OF_OUTPUTS = (
    "For a model with multiple outputs, when providing the `metrics` argument as a list, it should have "
    "as many entries",
    "tuple arity mismatch\nInvalid `metrics`. `metrics` should contain metrics objects and either be a dict or a list",
)


def of_two_outputs(cell, says, given):
    """What is said where a model with the outputs a and b refuses its metrics."""
    metrics = type("CompileMetrics", (), {})()
    metrics._user_metrics = given
    two = model(ValueError(says), "Functional", output_names=["a", "b"], _compile_metrics=metrics)
    two.compile = lambda *args, **named: None
    return [
        each for each in told(f"{cell}\nm.fit(x, y)", m=two, x=1, y=2, AUC=object, fun=print) if each.rule == "KD129"
    ]


@pytest.mark.parametrize("says", OF_OUTPUTS)
@pytest.mark.parametrize(
    ("written", "given", "works"),
    [
        ("['mae']", ["mae"], "[['mae'], ['mae']]"),
        ("['mae', AUC(), 'mse']", ["mae", object(), "mse"], "[['mae', AUC(), 'mse'], ['mae', AUC(), 'mse']]"),
        ("('mae',)", ("mae",), "[['mae'], ['mae']]"),
    ],
)
def test_each_output_gets_the_metrics_of_the_list(says, written, given, works):
    (problem,) = of_two_outputs(f"m.compile('sgd', metrics={written})", says, given)
    assert problem.title == f"The model has 2 outputs, and the list of metrics has {len(given)}"
    assert problem.fixes[0].source == f"m.compile('sgd', metrics={works})\nm.fit(x, y)"


def test_metrics_of_an_earlier_cell_are_written_with_the_names_of_the_outputs():
    (problem,) = of_two_outputs("", OF_OUTPUTS[0], ["mae"])
    assert problem.fixes[0].title == "Compile with metrics={'a': ['mae'], 'b': ['mae']}."


def test_one_object_is_not_shared_by_two_outputs():
    (problem,) = of_two_outputs("one = AUC()\nm.compile('sgd', metrics=[one])", OF_OUTPUTS[1], [object()])
    assert not any(fix.source for fix in problem.fixes)


def test_a_name_that_no_output_has():
    (problem,) = of_two_outputs(
        "m.compile('sgd', metrics={'a': 'mae', 'c': 'mse'})", OF_OUTPUTS[1], {"a": "mae", "c": "mse"}
    )
    assert problem.title == "No output of the model is called 'c'"
    assert problem.fixes[0].source == "m.compile('sgd', metrics={'a': 'mae', 'b': 'mse'})\nm.fit(x, y)"


STRUCTURE = ValueError("y_true and y_pred have different structures.\ny_true: *\ny_pred: ['*', '*']\n")


def test_one_array_of_labels_for_two_outputs():
    model = compiled(STRUCTURE, (None, 1), (None, 1), loss=["mse", "mae"])
    (problem,) = told("model.fit(x, t)", model=model, x=np.ones((4, 3)), t=np.ones(4))
    assert problem.title == "The model has 2 outputs, and gets labels for one: t"
    assert "(out0, out1): [t, …]" in problem.fixes[0].title


def test_one_loss_is_enough_for_labels_that_lack_an_output():
    says = KeyError("The path: (0,) in the `loss` argument, can't be found in either the model's output (`y_pred`)")
    (problem,) = told("m.fit(x, [y])", m=compiled(says, (None, 1), (None, 1), loss="mse"), x=np.ones(4), y=np.ones(4))
    assert problem.title == "The model has 2 outputs, and the labels have 1"
    (problem,) = told("m.fit(x, [y])", m=compiled(says, (None, 1), (None, 1), loss=["mse"] * 3), x=1, y=np.ones(4))
    assert "another number of losses" in problem.title


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

"""KD109: arguments of compile in a form that Keras does not take."""

from __future__ import annotations

import pytest
from checked import failed

SAID = TypeError("Expected float32, but got auto of type 'str'.")


def model(loss):
    made = type("Sequential", (), {"__module__": "keras.src.engine.sequential"})()
    made.loss = loss
    return made


LOSS = type("MeanSquaredError", (), {"__module__": "keras.src.losses"})


@pytest.mark.parametrize("loss", ["mse", LOSS(), type("MyLoss", (), {"__module__": "__main__"}), None])
def test_nothing_is_said_of_what_is_no_class_of_keras(loss):
    assert failed("tensorflow==2.15.1", "model.fit(x, y)", SAID, {"model": model(loss)}) == []


def test_a_class_given_as_loss_is_called_in_the_cell_that_compiles():
    cell = "from tensorflow import keras\nmodel.compile('sgd', loss=keras.losses.MeanSquaredError)\nmodel.fit(x, y)"
    (problem,) = failed("tensorflow==2.15.1", cell, SAID, {"model": model(LOSS)})
    assert (problem.rule, problem.fixes[0].kind) == ("KD109", "edit")
    assert problem.fixes[0].source == cell.replace("MeanSquaredError", "MeanSquaredError()")


def test_a_class_given_as_loss_in_an_earlier_cell_is_told():
    (problem,) = failed("tensorflow==2.15.1", "model.fit(x, y)", SAID, {"model": model(LOSS)})
    assert problem.title == "MeanSquaredError is a class, and compile takes an instance as loss"
    assert "loss=MeanSquaredError()" in problem.fixes[0].title


@pytest.mark.parametrize(
    ("says", "what"),
    [
        ("Expected keys ['dense'] in loss dict, but found loss.keys()=['a']", "losses"),
        ("Expected keys ListWrapper(['dense']) in loss dict, but found loss.keys()=['a']", "losses"),
        (
            "Found unexpected losses or metrics that do not correspond to any Model output: dict_keys(['a']). "
            "Valid mode output names: ['dense']. Received struct is: {'a': 'mse'}.",
            "losses or metrics",
        ),
        (
            "Found unexpected keys that do not correspond to any Model output: dict_keys(['a']). Expected: ['dense']",
            "losses or metrics",
        ),
    ],
)
def test_a_dictionary_has_the_names_of_the_outputs_for_keys(says, what):
    (problem,) = failed("tensorflow==2.15.1", "model.fit(x, y)", ValueError(says), {"model": model("mse")})
    assert problem.title == f"compile is given {what} for ['a'], and the outputs are called ['dense']"

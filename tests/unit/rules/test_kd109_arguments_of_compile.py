"""KD109: arguments of compile in a form that Keras does not take."""

from __future__ import annotations

import pytest
from checked import failed
from refusals import compiled, told

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
    "says",
    [
        ("Expected keys ['dense'] in loss dict, but found loss.keys()=['a']"),
        ("Expected keys ListWrapper(['dense']) in loss dict, but found loss.keys()=['a']"),
        (
            "Found unexpected losses or metrics that do not correspond to any Model output: dict_keys(['a']). "
            "Valid mode output names: ['dense']. Received struct is: {'a': 'mse'}.",
        ),
        ("Found unexpected keys that do not correspond to any Model output: dict_keys(['a']). Expected: ['dense']",),
    ],
)
def test_a_dictionary_has_the_names_of_the_outputs_for_keys(says):
    (problem,) = failed("tensorflow==2.15.1", "model.fit(x, y)", ValueError(says), {"model": model("mse")})
    assert problem.title == "The keys 'a' are no names of outputs: those are 'dense'"
    assert "name='a'" in problem.fixes[0].title


NAMES = ValueError("Expected keys ['dense', 'dense_1'] in loss dict, but found loss.keys()=['age', 'sex']")
MAKES = """
if not m:
    age = Dense(1)(x)
    sex = layers.Dense(1, activation='sigmoid')(x)
    m = Model(x, [age, sex])
"""
NAMED = MAKES.replace("Dense(1)", "Dense(1, name='age')").replace("'sigmoid'", "'sigmoid', name='sex'")


def of_outputs(cell):
    return told(cell, m=compiled(NAMES, (None, 1), (None, 1)), x=1)[0]


def test_the_layers_of_the_outputs_are_named_like_the_keys():
    problem = of_outputs(f"{MAKES}m.fit(x, 1)")
    assert problem.title == "The keys 'age', 'sex' are no names of outputs: those are 'dense', 'dense_1'"
    assert problem.fixes[0].source == f"{NAMED}m.fit(x, 1)"


@pytest.mark.parametrize("other", [("age = ", "first = "), ("[age, sex]", "both"), ("Dense(1)(x)", "shared(x)")])
def test_where_it_is_not_clear_which_layer_gives_what_the_user_names_them(other):
    problem = of_outputs(f"{MAKES.replace(*other)}m.fit(x, 1)")
    (fix,) = problem.fixes
    assert fix.title.startswith("Name the layers that give the outputs, name='age', name='sex', where")


def test_names_that_the_user_gave_are_used_as_keys():
    problem = of_outputs(f"{MAKES}names = 'dense'\nm.fit(x, 1)")
    assert problem.fixes[0].title.startswith("Write the names of the outputs, 'dense', 'dense_1', wherever")

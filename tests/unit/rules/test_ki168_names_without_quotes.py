"""KI168: names without quotes."""

from __future__ import annotations

import pytest
from checked import KERAS_3, failed


def fixed(cell, name):
    problems = failed(KERAS_3, cell, NameError(f"name {name!r} is not defined"))
    return [(each.rule, each.fixes[0].source) for each in problems]


@pytest.mark.parametrize(
    "line, name, works",
    [
        ("Dense(8, activation=relu)", "relu", "Dense(8, activation='relu')"),
        ("Conv2D(8, 3, padding=same)", "same", "Conv2D(8, 3, padding='same')"),
        ("Activation(softmax)", "softmax", "Activation('softmax')"),
        ("Dense(8, kernel_initializer=he_normal)", "he_normal", "Dense(8, kernel_initializer='he_normal')"),
        ("model.compile('adam', metrics=[accuracy])", "accuracy", "model.compile('adam', metrics=['accuracy'])"),
    ],
)
def test_it_gets_quotes(line, name, works):
    start = "from keras.layers import *\n"
    assert fixed(start + line, name) == [("KI168", start + works)]


@pytest.mark.parametrize("cell", ["print(relu)", "Dense(8, activation=mine)", "f(size=relu)"])
def test_other_names_are_not_told(cell):
    assert fixed(cell, "relu") == fixed(cell, "mine") == []


def test_a_variable_that_is_called_like_the_argument_is_not_told():
    assert fixed("from keras.layers import *\nmodel.compile('adam', loss=loss)", "loss") == []

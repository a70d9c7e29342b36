"""KD124: ways to call a layer."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

REFUSED = [
    (
        ValueError(
            "Attention layer must be called on a list of inputs, namely [query, value] or [query, value, key]. "
            "Received: inputs=(None, 5, 8)."
        ),
        "Attention()([query, value])",
    ),
    (
        ValueError(
            "Please initialize `Bidirectional` layer with a `keras.layers.Layer` instance. Received: "
            "<KerasTensor shape=(None, 3), dtype=float32>"
        ),
        "Bidirectional(layer)(x)",
    ),
    (
        ValueError(
            "Only instances of `keras.Layer` can be added to a Sequential model. Received: <KerasTensor "
            "shape=(None, 1, 1, 512)> (of type"
        ),
        "model.add(base)",
    ),
    (
        NotImplementedError(
            "Exception encountered when calling Net.call().\n\n\x1b[1mModel Net does not have a `call()` method "
            "implemented.\x1b[0m"
        ),
        "def call(self, inputs",
    ),
]


@pytest.mark.parametrize(
    ("says", "title"),
    [
        (
            "Only instances of `keras.Layer` can be added to a Sequential model. Received: Dense (of type <class "
            "'str'>)",
            "Dense is added",
        ),
        ("The added layer must be an instance of class Layer. Found: Dense", "Dense is added"),
        (
            "Please initialize `Bidirectional` layer with a `keras.layers.Layer` instance. Received: <class "
            "'keras.src.layers.rnn.lstm.LSTM'>",
            "Bidirectional is given LSTM",
        ),
        ("Layer Sampling does not have a `call` method implemented.", "The class Sampling has no method call"),
    ],
)
def test_what_is_no_layer_is_named(says, title):
    (problem,) = told("f(1)", f=refused(ValueError(says)))
    assert (problem.rule, problem.title[: len(title)]) == ("KD124", title)


@pytest.mark.parametrize(
    "says",
    [
        TypeError("missing a required argument: 'x'"),
        ValueError("Only instances of `keras.Layer` can be added to a Sequential model. Received: 3"),
    ],
)
def test_other_errors_are_not_told(says):
    assert "KD124" not in rules("f(1)", f=refused(says))


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise says", says=REFUSED[0][0]) == []


@pytest.mark.parametrize("says, advice", REFUSED)
def test_it_is_told_what_to_do(says, advice):
    (problem,) = told("f(1)", f=refused(says))
    assert problem.rule == "KD124"
    assert advice in problem.fixes[0].title


class Tensor:
    __module__ = "keras.src.backend.common.keras_tensor"


class Block:
    def forward(self, x):
        return x


class Plain:
    answer = 42


@pytest.mark.parametrize("cell", ["Plain()(x)", "Block()(3)"])
def test_what_is_no_layer_and_not_meant_to_be_is_not_told(cell):
    assert rules(cell, Plain=Plain, Block=Block, x=Tensor()) == []


def test_a_class_that_computes_like_a_layer_gets_its_base():
    (problem,) = told("Block()(x)", Block=Block, x=Tensor())
    assert problem.rule == "KD124"
    assert problem.fixes[0].title.startswith("Write class Block(keras.layers.Layer):")

"""A model that a cell writes down, before it runs: what is known of it without running anything."""

from __future__ import annotations

import ast

import pytest

from kerasmagic.diagnosis.contract.sketch import sketch

START = "model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10, activation='softmax')])\n"


def sketched(text):
    tree = ast.parse(text + "model.fit(x, y)\n")
    return sketch(tree, "model", tree.body[-1].value, {})


@pytest.mark.parametrize(
    "text",
    [
        "model = build()\n",
        "model = keras.Sequential(parts)\n",
        "model = keras.Sequential([part for part in parts])\n",
        "model = keras.Sequential([keras.Input(shape), layers.Dense(1)])\n",
        "model = keras.Sequential([base, layers.Dense(1)])\n",
        START + "change(model)\n",
        START + "for layer in extra:\n    model.add(layer)\n",
        START + "if deep:\n    model.add(layers.Dense(3))\n",
        START + "model.layers[-1].units = 3\n",
        START + "del model\n",
        "",
    ],
)
def test_what_is_made_in_another_way_is_not_known(text):
    assert sketched(text) is None


def test_the_last_binding_counts():
    assert sketched(START + "model = build()\n") is None


def test_inputs_outputs_and_loss():
    found = sketched(START + "model.compile('adam', loss='mse')\nmodel.summary()\n")
    assert found.inputs == ((None, 28, 28),)
    assert found.outputs == ((None, 10),)
    assert found.loss == "mean_squared_error"
    assert found.compiled is True


@pytest.mark.parametrize(
    "given", ["", "'adam', my_loss", "'adam', keras.losses.MeanSquaredError()", "'adam', **settings"]
)
def test_a_loss_that_is_no_string_is_not_known(given):
    assert sketched(START + f"model.compile({given})\n").loss == ""


@pytest.mark.parametrize(
    "layers, outputs",
    [
        ("layers.LSTM(8)", ((None, 8),)),
        ("layers.LSTM(8, return_sequences=True)", ((None, 10, 8),)),
        ("layers.LSTM(8, return_sequences=flag)", ()),
        ("layers.Dense(5)", ((None, 10, 5),)),
        ("layers.Dense(5), layers.Dropout(0.5)", ((None, 10, 5),)),
        ("layers.Dense(5), layers.Reshape((50,))", ()),
        ("layers.Dense(5), layers.Reshape((50,)), layers.Dense(2)", ()),
        ("layers.Flatten()", ((None, 30),)),
        ("layers.GlobalAveragePooling1D()", ((None, 3),)),
        ("layers.Conv1D(7, 3)", ((None, None, 7),)),
        ("Mine(3)", ()),
    ],
)
def test_the_shape_that_layers_give(layers, outputs):
    assert sketched(f"model = Sequential([Input((10, 3)), {layers}])\n").outputs == outputs


def test_layers_that_are_added():
    found = sketched("model = Sequential()\nmodel.add(Dense(8, input_shape=(7,)))\nmodel.add(Dense(2))\n")
    assert (found.inputs, found.outputs) == (((None, 7),), ((None, 2),))

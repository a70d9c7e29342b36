"""KA313: dropout of an Embedding."""

from __future__ import annotations

import pytest
from checked import edited, told

TARGET = "tensorflow==2.16.2"
START = (
    "from keras import Sequential\nfrom keras.layers import LSTM, Embedding, SpatialDropout1D\nmodel = Sequential()\n"
)


@pytest.mark.parametrize("line", ["model.add(Embedding(9, 2))", "model.add(LSTM(2, dropout=0.2))"])
def test_a_layer_that_takes_it(line):
    assert told(TARGET, START + line) == []


@pytest.mark.parametrize(
    ("line", "works"),
    [
        (
            "model.add(Embedding(9, 2, dropout=0.2))",
            "model.add(Embedding(9, 2))\nmodel.add(SpatialDropout1D(0.2))",
        ),
        (
            "Sequential([Embedding(9, 2, dropout=rate), LSTM(2)])",
            "Sequential([Embedding(9, 2), SpatialDropout1D(rate), LSTM(2)])",
        ),
        ("x = Embedding(9, 2, dropout=0.2)(words)", "x = Embedding(9, 2)(words)\nx = SpatialDropout1D(0.2)(x)"),
    ],
)
def test_the_nearest_layer_is_put_behind_it_and_is_not_called_the_same(line, works):
    assert edited(TARGET, START + line, "KA313") == ("check the result", START + works)


def test_a_layer_in_another_place_is_only_advised():
    assert edited(TARGET, START + "layer = Embedding(9, 2, dropout=0.2)", "KA313") == (None, None)

"""KA311: batch size given to a layer."""

from __future__ import annotations

import pytest
from checked import edited, told

TARGET = "tensorflow==2.16.2"
START = "import keras\nfrom keras.layers import Bidirectional, Dense, LSTM\nmodel = keras.Sequential()\n"


@pytest.mark.parametrize(
    "line",
    ["model.add(Dense(2))", "model.fit(x, y, batch_size=8)", "keras.Input(batch_shape=(8, 5))"],
)
def test_a_batch_size_that_is_taken(line):
    assert told(TARGET, START + line) == []


@pytest.mark.parametrize(
    ("line", "works"),
    [
        (
            "model.add(LSTM(4, batch_input_shape=(8, 5, 1), stateful=True))",
            "model.add(keras.Input(batch_shape=(8, 5, 1)))\nmodel.add(LSTM(4, stateful=True))",
        ),
        (
            "model.add(LSTM(4, input_shape=(5, 1), batch_size=size))",
            "model.add(keras.Input(batch_shape=(size, 5, 1)))\nmodel.add(LSTM(4))",
        ),
        (
            "model.add(LSTM(4, batch_size=8, input_shape=data.shape[1:], stateful=True))",
            "model.add(keras.Input(batch_shape=(8, *data.shape[1:])))\nmodel.add(LSTM(4, stateful=True))",
        ),
        (
            "for n in (2, 3):\n    model.add(Bidirectional(LSTM(n, batch_input_shape=shape)))",
            "for n in (2, 3):\n    model.add(keras.Input(batch_shape=shape))\n    model.add(Bidirectional(LSTM(n)))",
        ),
        (
            "keras.Sequential([LSTM(4, batch_input_shape=(8, 5, 1)), Dense(1)])",
            "keras.Sequential([keras.Input(batch_shape=(8, 5, 1)), LSTM(4), Dense(1)])",
        ),
    ],
)
def test_an_input_in_front_of_the_layer_says_it(line, works):
    assert edited(TARGET, START + line, "KA311") == ("verified", START + works)


@pytest.mark.parametrize("line", ["layer = LSTM(4, batch_input_shape=(8, 5, 1))", "model.add(LSTM(4, batch_size=8))"])
def test_where_no_input_can_be_written_it_is_only_advised(line):
    assert edited(TARGET, START + line, "KA311") == (None, None)


def test_only_the_first_layer_says_it():
    line = "LSTM(4, batch_input_shape=(8, 5, 1))"
    works = "model.add(keras.Input(batch_shape=(8, 5, 1)))\nmodel.add(LSTM(4))\n"
    first = f"{START}{works}model.add({line})"
    assert edited(TARGET, first, "KA311") == ("verified", f"{START}{works}model.add(LSTM(4))")
    anew = f"{START}{works}model = keras.Sequential()\n"
    assert edited(TARGET, f"{anew}model.add({line})", "KA311") == ("verified", anew + works.rstrip())

"""KA314: length and size of a sequence."""

from __future__ import annotations

import pytest
from checked import edited, told

TARGET = "tensorflow==2.16.2"
START = "from keras import Sequential\nfrom keras.layers import GRU, LSTM, Conv1D, Dense\nmodel = Sequential()\n"


@pytest.mark.parametrize(
    ("target", "line"),
    [
        (TARGET, "model.add(Dense(2, input_dim=3))"),
        (TARGET, "model.add(LSTM(2, input_shape=(None, 3)))"),
        ("tensorflow==2.10.1", "model.add(LSTM(2, input_dim=3))"),
        ("tensorflow==2.10.1", "model.add(LSTM(2, input_dim=3, input_length=10))"),
    ],
)
def test_a_shape_that_is_understood(target, line):
    assert told(target, START + line) == []


@pytest.mark.parametrize(
    ("line", "works"),
    [
        ("model.add(LSTM(4, input_dim=3, input_length=10))", "model.add(LSTM(4, input_shape=(10, 3)))"),
        (
            "model.add(GRU(4, input_length=steps, input_dim=len(chars), return_sequences=True))",
            "model.add(GRU(4, input_shape=(steps, len(chars)), return_sequences=True))",
        ),
        ("model.add(LSTM(4, input_dim=3))", "model.add(LSTM(4, input_shape=(None, 3)))"),
        ("model.add(Conv1D(4, 2, input_dim=3))", "model.add(Conv1D(4, 2, input_shape=(None, 3)))"),
    ],
)
def test_the_two_become_one_shape(line, works):
    assert edited(TARGET, START + line, "KA314") == ("verified", START + works)


def test_a_length_beside_a_shape_is_only_advised():
    line = "model.add(LSTM(4, input_shape=(10, 3), input_length=10))"
    assert edited(TARGET, START + line, "KA314") == (None, None)

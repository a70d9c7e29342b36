"""KD192: the size of an axis that the data has not."""

from __future__ import annotations

import pytest
from refusals import rules, told

numpy = pytest.importorskip("numpy")


def LSTM(units, input_shape=()):
    return input_shape


def Input(shape):
    return shape


CELL = "LSTM(4, input_shape=(x.shape[1], x.shape[2]))"


def test_the_axis_is_added_before():
    (problem,) = told(CELL, LSTM=LSTM, x=numpy.ones((8, 5)))
    assert problem.rule == "KD192"
    assert problem.fixes[0].source == f"x = x.reshape(x.shape[0], x.shape[1], 1)\n{CELL}"


def test_images_get_a_channel():
    cell = "a = Input((x.shape[1], x.shape[2], x.shape[3]))"
    (problem,) = told(cell, Input=Input, x=numpy.ones((8, 5, 5)))
    assert problem.fixes[0].source.startswith("x = x.reshape(x.shape[0], x.shape[1], x.shape[2], 1)\n")


def test_a_function_is_left_to_you():
    (problem,) = told(f"def build(x):\n    {CELL}\n\nbuild(x)", LSTM=LSTM, x=numpy.ones((8, 5)))
    assert problem.fixes[0].source is None


@pytest.mark.parametrize("cell", ["x.shape[2]", "print((x.shape[1], x.shape[2]))", "Input((x.shape[3],))"])
def test_other_places_are_not_told(cell):
    assert rules(cell, x=numpy.ones((8, 5)), Input=Input) == []

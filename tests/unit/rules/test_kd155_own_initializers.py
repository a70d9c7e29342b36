"""KD155: own initializers."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

CELL = "def small(shape, name=None):\n    return shape\n\nf(3, kernel_initializer=small)"


def says(name):
    return TypeError(f"{name}() got an unexpected keyword argument 'dtype'")


def test_the_functions_of_the_cell_take_dtype():
    cell = CELL.replace("\n\nf(3,", "\ndef ones(shape):\n    return shape\nf(3, bias_initializer=ones,")
    (problem,) = told(cell, f=refused(says("small")))
    assert problem.title == "ones and small do not take dtype, which Keras gives an initializer"
    assert problem.fixes[0].source == cell.replace("name=None)", "name=None, dtype=None)").replace(
        "ones(shape):", "ones(shape, dtype=None):"
    )


def test_a_function_without_name_takes_it():
    cell = "f(3, bias_initializer=lambda shape: shape)"
    (problem,) = told(cell, f=refused(says("<lambda>")))
    assert problem.fixes[0].source == cell.replace("lambda shape:", "lambda shape, dtype=None:")


def test_a_function_of_an_earlier_cell_is_told():
    def small(shape):
        return shape

    (problem,) = told("f(3, kernel_initializer=small)", f=refused(says("small")), small=small)
    assert problem.fixes[0].title.startswith("Add the parameter dtype=None to small")


@pytest.mark.parametrize("cell", ["f(3, kernel_initializer=small)", "f(3, activation=small)"])
def test_nothing_is_said_of_other_functions(cell):
    def small(shape, dtype=None):
        return shape

    assert "KD155" not in rules(cell, f=refused(says("small")), small=small)

"""KD117: labels for one-hot rows."""

from __future__ import annotations

import numpy as np
import pytest
from refusals import keras, rules, told

SOURCE = "def to_categorical(x, num_classes=None):\n    raise says.with_traceback(None)\n"
TEXT = ValueError("invalid literal for int() with base 10: 'cat'")
BOUNDS = IndexError("index 3 is out of bounds for axis 1 with size 3")


def names(says, **more):
    inside = keras(says)
    exec(compile(SOURCE, "/x/site-packages/keras/src/utils/numerical_utils.py", "exec"), inside)
    return {"to_categorical": inside["to_categorical"], **more}


def test_other_functions_are_not_told():
    assert rules("int('cat')") == []
    assert rules("y[3]", y=[1, 2, 3]) == []


def test_labels_that_fit_are_not_told():
    assert rules("to_categorical(y, num_classes=3)", **names(BOUNDS, y=np.array([0, 1, 2]))) == []


@pytest.mark.parametrize("y", [np.array(["cat", "dog"]), np.array(["cat"], dtype=object), ["cat", "dog"]])
def test_text_is_numbered_first(y):
    (problem,) = told("to_categorical(y)", **names(TEXT, y=y))
    assert problem.title == "y holds text, and to_categorical takes class numbers"
    assert "return_inverse=True" in problem.fixes[0].title


def test_classes_are_counted_from_0():
    (problem,) = told("to_categorical(y, num_classes=3)", **names(BOUNDS, y=np.array([1, 2, 3])))
    assert problem.title == "y holds class numbers from 1 to 3, and num_classes is 3"
    assert problem.fixes[0].source == "to_categorical(y - 1, num_classes=3)"


def test_with_gaps_it_is_for_a_person_to_say():
    (problem,) = told("to_categorical(y, num_classes=3)", **names(BOUNDS, y=np.array([0, 7])))
    assert problem.fixes[0].kind == "manual"
    assert "num_classes=8" in problem.fixes[0].title

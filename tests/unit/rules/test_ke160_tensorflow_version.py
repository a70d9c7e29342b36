"""KE160: choosing TensorFlow 1 in Colab."""

from __future__ import annotations

import pytest
from checked import KERAS_3, failed

NOT_FOUND = Exception("Line magic function `%tensorflow_version` not found.")
CELL = "%tensorflow_version {}\nimport tensorflow as tf"


@pytest.mark.parametrize(
    ("cell", "exception"),
    [
        ("%tensorboard --logdir logs", Exception("Line magic function `%tensorboard` not found.")),
        (CELL.format("1.x"), ValueError("Something else")),
        ("run()", NOT_FOUND),
    ],
)
def test_other_magics_and_errors_are_not_told(cell, exception):
    assert failed(KERAS_3, cell, exception) == []


@pytest.mark.parametrize("exception", [NOT_FOUND, ValueError("Tensorflow 1 is unsupported in Colab.")])
@pytest.mark.parametrize(("which", "grade"), [("1.x", "check the result"), ("2.x", "verified")])
def test_the_line_goes(exception, which, grade):
    (problem,) = failed(KERAS_3, CELL.format(which), exception)
    assert (problem.rule, problem.fixes[0].applicability) == ("KE160", grade)
    assert problem.fixes[0].source == "# " + CELL.format(which)

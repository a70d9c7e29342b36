"""KI104: tf taken for a module."""

from __future__ import annotations

import pytest
from checked import problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI104").lesson
    assert told(lesson.target, lesson.after) == []


IMPORTS = [
    pytest.param(
        "from tf.keras.layers import Dense",
        "from tensorflow.keras.layers import Dense",
        "tensorflow==2.16.2,keras==3.15.1",
        id="tf is no module",
    ),
]


@pytest.mark.parametrize("cell, works, target", IMPORTS)
def test_an_import_gets_the_line_that_works(cell, works, target):
    problem = problems(target, cell)[0]
    fix = problem.fixes[0]
    assert (problem.rule, problem.severity, fix.kind, fix.verified) == ("KI104", "error", "edit", True)
    assert fix.source == works
    assert "error" not in [severity for _, severity in told(target, works)]

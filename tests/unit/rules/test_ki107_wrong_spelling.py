"""KI107: wrong case or spelling."""

from __future__ import annotations

import pytest
from checked import problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI107").lesson
    assert told(lesson.target, lesson.after) == []


IMPORTS = [
    pytest.param(
        "import TensorFlow as tf",
        "import tensorflow as tf",
        "tensorflow==2.16.2,keras==3.15.1",
        id="case of the package",
    ),
]


@pytest.mark.parametrize("cell, works, target", IMPORTS)
def test_an_import_gets_the_line_that_works(cell, works, target):
    problem = problems(target, cell)[0]
    fix = problem.fixes[0]
    assert (problem.rule, problem.severity, fix.kind, fix.verified) == ("KI107", "error", "edit", True)
    assert fix.source == works
    assert "error" not in [severity for _, severity in told(target, works)]

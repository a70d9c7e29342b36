"""KI114: tf.contrib."""

from __future__ import annotations

import pytest
from checked import problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI114").lesson
    assert told(lesson.target, lesson.after) == []


IMPORTS = [
    pytest.param(
        "from tensorflow.contrib import lite",
        "from tensorflow import lite",
        "tensorflow==2.15.1,keras==2.15.0",
        id="contrib that lives on",
    ),
]


@pytest.mark.parametrize("cell, works, target", IMPORTS)
def test_an_import_gets_the_line_that_works(cell, works, target):
    problem = problems(target, cell)[0]
    fix = problem.fixes[0]
    assert (problem.rule, problem.severity, fix.kind, fix.verified) == ("KI114", "error", "edit", True)
    assert fix.source == works
    assert "error" not in [severity for _, severity in told(target, works)]


BY_HAND = [
    pytest.param(
        "from tensorflow.contrib.rnn import LayerRNNCell", "tensorflow==2.16.2,keras==3.15.1", id="contrib that ended"
    ),
]


@pytest.mark.parametrize("cell, target", BY_HAND)
def test_what_has_no_equivalent_is_said_to_have_none(cell, target):
    problem = problems(target, cell)[0]
    assert (problem.rule, problem.fixes[0].kind) == ("KI114", "manual")
    assert not any(fix.verified for fix in problem.fixes)

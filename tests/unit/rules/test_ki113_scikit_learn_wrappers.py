"""KI113: scikit-learn wrappers."""

from __future__ import annotations

from checked import problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.12.1", RULES.get("KI113").lesson.before) == []


def test_the_example_is_told_and_corrected():
    lesson = RULES.get("KI113").lesson
    problem = problems(lesson.target, lesson.before)[0]
    assert (problem.rule, problem.severity) == ("KI113", "error")
    assert problem.fixes

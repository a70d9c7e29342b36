"""KI112: function of keras.backend that is gone."""

from __future__ import annotations

import pytest
from checked import problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI112").lesson
    assert told(lesson.target, lesson.after) == []


def test_the_example_is_told_and_corrected():
    lesson = RULES.get("KI112").lesson
    problem = problems(lesson.target, lesson.before)[0]
    assert (problem.rule, problem.severity) == ("KI112", "error")
    assert problem.fixes


@pytest.mark.parametrize(
    ("line", "advice"),
    [("K.gradients(loss, weights)", "GradientTape"), ("K.placeholder((1, 28, 28))", "Model of inputs")],
)
def test_what_needs_another_way_is_advised_and_not_edited(line, advice):
    (problem,) = problems("tensorflow==2.21.0", "from keras import backend as K\n" + line)
    assert (problem.rule, [fix.kind for fix in problem.fixes]) == ("KI112", ["manual"])
    assert advice in problem.fixes[0].title

"""KI120: multi_gpu_model."""

from __future__ import annotations

import pytest
from checked import problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI120").lesson
    assert told(lesson.target, lesson.after) == []


BY_HAND = [
    pytest.param("from keras.utils import multi_gpu_model", "tensorflow==2.16.2,keras==3.15.1", id="multi_gpu_model"),
]


@pytest.mark.parametrize("cell, target", BY_HAND)
def test_what_has_no_equivalent_is_said_to_have_none(cell, target):
    problem = problems(target, cell)[0]
    assert (problem.rule, problem.fixes[0].kind) == ("KI120", "manual")
    assert not any(fix.verified for fix in problem.fixes)

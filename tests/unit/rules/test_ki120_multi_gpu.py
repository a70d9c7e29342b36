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
def test_one_model_takes_the_place_of_its_copies_and_that_is_to_be_checked(cell, target):
    problem = problems(target, cell)[0]
    assert (problem.rule, [fix.kind for fix in problem.fixes]) == ("KI120", ["edit", "manual"])
    assert problem.fixes[0].applicability == "check the result"
    assert problem.fixes[0].source == "def multi_gpu_model(model, gpus=None, **options):\n    return model"

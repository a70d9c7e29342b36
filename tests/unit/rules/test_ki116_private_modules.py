"""KI116: private module."""

from __future__ import annotations

import pytest
from checked import failed, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI116").lesson
    assert told(lesson.target, lesson.after) == []


REPORTED_BY_HAND = [
    pytest.param(
        "tensorflow==1.15.5",
        "from tensorflow.python.keras.utils import np_utils",
        ImportError("cannot import name 'np_utils'"),
        "tensorflow.keras.utils",
        id="private, though it is there",
    ),
]


@pytest.mark.parametrize("target, cell, exception, words", REPORTED_BY_HAND)
def test_what_a_person_must_do_names_the_release_or_the_way(target, cell, exception, words):
    problem = failed(target, cell, exception)[0]
    assert (problem.rule, problem.fixes[0].kind) == ("KI116", "manual")
    assert words in problem.fixes[0].title


def test_the_copy_that_cannot_save_is_told_what_it_is():
    (problem,) = failed("tensorflow==2.20.0", "m.save('m.h5')", ImportError(LOST))
    assert problem.title == "tensorflow.python.keras is an old copy of Keras that can no longer save"
    assert "tensorflow.keras" in problem.fixes[0].title


LOST = "cannot import name '__version__' from 'tensorflow.python.keras' (/x/site-packages/tensorflow/__init__.py)"

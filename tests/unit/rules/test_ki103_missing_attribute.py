"""KI103: attribute that is not in this release."""

from __future__ import annotations

import pytest
from checked import SETUP, failed, told

from kerasmagic.rules import RULES


def test_nothing_is_said_of_the_corrected_example():
    lesson = RULES.get("KI103").lesson
    assert told(lesson.target, lesson.after) == []


FAILED = [
    pytest.param(
        "keras.layers.Batchnormalization()",
        AttributeError("module 'keras.layers' has no attribute 'Batchnormalization'"),
        "keras.layers.BatchNormalization()",
        id="case of an attribute",
    ),
]


@pytest.mark.parametrize("line, exception, works", FAILED)
def test_a_failed_call_gets_the_form_that_works(line, exception, works):
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", SETUP + line, exception)
    fix = problem.fixes[0]
    assert problem.rule == "KI103"
    assert (fix.kind, fix.source, fix.verified) == ("edit", SETUP + works, True)

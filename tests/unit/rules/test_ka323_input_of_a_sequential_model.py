"""KA323: input of a Sequential model. What a live model shows is in the kernel tests."""

from __future__ import annotations

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules import RULES

MESSAGE = "The layer sequential has never been called and thus has no defined input."


def test_what_is_no_sequential_model_of_keras_is_left_alone():
    class Sequential:
        _functional = True

    world = TargetWorld(Target.parse("tensorflow==2.16.2"), RULES)
    for model in (Sequential(), None, 3):
        failure = Failure(AttributeError(MESSAGE), "model.input", {"model": model})
        assert [problem for problem in diagnose(failure, world) if problem.rule == "KA323"] == []

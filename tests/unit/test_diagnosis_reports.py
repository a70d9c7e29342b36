"""Failures that people reported from releases that no kernel here has: the exception's words and the release are all
there is, and have to be enough."""

from __future__ import annotations

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.model.problem import Problem
from kerasmagic.rules import RULES


def told(target: str, cell: str, exception: BaseException) -> Problem:
    return diagnose(Failure(exception, cell, {}), TargetWorld(Target.parse(target), RULES))[0]


def test_an_error_inside_a_traced_function_is_read_without_its_wrapping() -> None:
    text = 'in user code:\n\n    File "<cell>", line 2, in f  *\n        return x.numpy()\n\n    AttributeError: '
    failure = Failure(AttributeError(text + "'SymbolicTensor' object has no attribute 'numpy'\n"))
    assert failure.message == "'SymbolicTensor' object has no attribute 'numpy'"
    assert failure.wanted is not None and failure.wanted.member == "numpy"

"""AutoGraph, which cannot read Python code with the gast that is installed."""

from __future__ import annotations

import sys
from traceback import walk_tb
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import ERROR, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.distributions import installed_on
from ...kernel.requirements import unmet_requirements
from ...kernel.stack import TENSORFLOW_VARIANTS
from .misfits import UNMET
from .requirements import problems_of

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_READERS = ("gast", "astunparse")
"""What AutoGraph reads Python code with."""


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """An ``if`` or a ``for`` over a tensor, where AutoGraph would have made a graph of it."""
    if type(failure.exception).__name__ != "OperatorNotAllowedInGraphError" or not _has_given_up(failure):
        return
    unmet = unmet_requirements(installed_on(sys.path))
    misfits = [each for each in unmet if each.by in TENSORFLOW_VARIANTS and each.name in _READERS]
    for problem in problems_of(UNMET, failure.snapshot, misfits):
        yield problem._replace(
            rule="KE166",
            severity=ERROR,
            title=f"TensorFlow cannot turn this code into a graph: {problem.title}",
            cause=f"{problem.cause} So AutoGraph is off, which makes a graph of `if` and `for`.",
        )


def _has_given_up(failure: Failure) -> bool:
    """Whether AutoGraph ran the user's function as plain Python, because it could not read it."""
    steps = walk_tb(failure.exception.__traceback__)
    return any(frame.f_code.co_name == "_fall_back_unconverted" for frame, _ in steps)


RULE = Rule(
    code="KE166",
    name="AutoGraph that is off",
    lesson=Lesson(
        what="`if tf.reduce_sum(x) > 5:` in a function for `dataset.map`, or under `@tf.function`, ends in "
        '"using a `tf.Tensor` as a Python `bool` is not allowed", although AutoGraph allows it (TensorFlow 2.4.4 with '
        "gast 0.6.0).",
        why="AutoGraph reads the code of a function with the package gast, and each TensorFlow up to 2.6 with one "
        'release of it. With another one it gives up, warns that the function "could not be transformed and will be '
        'executed as-is", and runs it as plain Python.',
        related=("KE101", "KD131"),
    ),
    on_failure=_on_failure,
    is_cause=True,
)

"""A learning rate that is set where a schedule computes it."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import raised_by_keras
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name

_REFUSED = re.compile(r"created with a `?LearningRateSchedule`? object as its\s+`?learning_rate`? constructor argument")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    refused = isinstance(failure.exception, TypeError) and _REFUSED.search(failure.message)
    if not raised_by_keras(failure) or not (refused or _is_set(failure)):
        return
    yield Problem(
        rule="KO105",
        severity=ERROR,
        title="A schedule computes the learning rate of this optimizer, so it cannot be set",
        cause="Setting it, ReduceLROnPlateau and LearningRateScheduler need an optimizer that was made with a number.",
        reference="Optimizer.learning_rate",
        fixes=(
            Fix(
                "manual",
                "Compile with a number, as Adam(learning_rate=0.001), or leave the line or the callback out that sets "
                "the rate.",
            ),
        ),
    )


def _is_set(failure: Failure) -> bool:
    """``K.set_value(optimizer.lr, …)`` where a schedule is what the optimizer was made with."""
    facts = failing.facts_of(failure) if isinstance(failure.exception, AttributeError) else None
    for call in failing.calls(failure, facts) if facts is not None else ():
        rate = call.args[0] if call.args and last_name(call.func) == "set_value" else None
        if isinstance(rate, ast.Attribute) and rate.attr in ("lr", "learning_rate"):
            optimizer = failing.value_of(rate.value, failure)
            settings = session.own(optimizer, "_hyper")
            held = (*session.held(optimizer).values(), *(settings.values() if type(settings) is dict else ()))
            if any(session.is_kind(each, "LearningRateSchedule") for each in held):
                return True
    return False


RULE = Rule(
    code="KO105",
    name="rate that a schedule computes",
    lesson=Lesson(
        what="`optimizer.learning_rate = 0.1`, or fit with ReduceLROnPlateau, ends in TypeError: This optimizer was "
        "created with a LearningRateSchedule object.",
        why="An optimizer has either a rate, which can be set, or a schedule, which computes it from the number of "
        "batches so far.",
        since="tensorflow 2.0",
        before="import keras\nschedule = keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.9)\n"
        "optimizer = keras.optimizers.SGD(schedule)\noptimizer.learning_rate = 0.01",
        after="import keras\noptimizer = keras.optimizers.SGD(0.1)\noptimizer.learning_rate = 0.01",
        target="tensorflow==2.21.0",
        related=("KA104",),
    ),
    on_failure=on_failure,
)

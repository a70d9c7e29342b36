"""A learning rate that is set where a schedule computes it."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.contract.answer import raised_by_keras
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_REFUSED = re.compile(r"created with a `?LearningRateSchedule`? object as its\s+`?learning_rate`? constructor argument")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, TypeError) or not _REFUSED.search(failure.message):
        return
    if not raised_by_keras(failure):
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

"""A schedule of the learning rate that Keras cannot follow."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.position import Range

_BOUNDARIES = (
    "PiecewiseConstantDecay needs one value more than boundaries",
    "The first value holds before the first boundary, the last one after the last.",
    "For two boundaries give three values: PiecewiseConstantDecay([1000, 2000], [0.01, 0.001, 0.0001]).",
    "keras.optimizers.schedules.PiecewiseConstantDecay",
)
_REFUSALS = (
    Refusal("The length of boundaries should be 1 less than the length of values", *_BOUNDARIES),
    Refusal(
        "steps` must be > 0",
        "{0} is {1}, and has to be above 0",
        "It is the number of batches over which the learning rate changes.",
        "Compute it from the data: {0} = epochs * steps_per_epoch, with steps_per_epoch = len(x) // batch_size or 1.",
        "keras.optimizers.schedules",
        r"`(\w*steps)` must be > 0\. Received: \w+=(\S+)",
    ),
    Refusal(
        "must override `__call__(self, step)`",
        "The schedule {0} has no __call__",
        "The optimizer calls it with the number of the step.",
        "Write def __call__(self, step): … return learning_rate in the class.",
        "keras.optimizers.schedules.LearningRateSchedule",
        r"Learning rate schedule '(\w+)'",
    ),
    Refusal(
        "schedule does not override `__call__",
        "The schedule has no __call__",
        "The optimizer calls it with the number of the step.",
        "Write def __call__(self, step): … return learning_rate in the class.",
        "keras.optimizers.schedules.LearningRateSchedule",
    ),
)
_WHOLE_NUMBER = re.compile(r"\bint(?:32|64)\b")
_refused = when_refused("KO106", _REFUSALS)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """Also a schedule of the user's that computes with the number of the step as if it had decimals."""
    if _COMPARED.match(failure.message):
        yield from _as_lr(failure)
        return
    if not failing.in_schedule(failure) or not _WHOLE_NUMBER.search(failure.message):
        yield from _refused(failure, world)
        return
    yield Problem(
        rule="KO106",
        severity=ERROR,
        title="The schedule computes with step, which is a whole number",
        cause="The optimizer counts its steps in integers, and TensorFlow does not mix them with decimals.",
        reference="keras.optimizers.schedules.LearningRateSchedule",
        fixes=(Fix("manual", "Begin __call__ with step = tf.cast(step, tf.float32)."),),
    )


_COMPARED = re.compile(r"'<' not supported between instances of '\w+' and 'int'")


def _as_lr(failure: Failure) -> Iterator[Problem]:
    """``Adam(lr=schedule)`` up to TensorFlow 2.10, which takes numbers only by the old name."""
    facts = failing.facts_of(failure)
    for call in failing.calls(failure, facts) if facts is not None and failing.in_library(failure) else ():
        for item in call.keywords:
            if item.arg == "lr" and facts is not None:
                start, end = facts.cell.range(call), facts.cell.range(item.value)
                before = Range(start.line, start.column, end.line, end.column)  # keywords have no place in Python 3.8
                edit = Edit(before, re.sub(r"\blr\s*=\s*$", "learning_rate=", facts.cell.segment(before)))
                proposal = Proposal("Write learning_rate=", (edit,), "learning_rate takes a number or a schedule.")
                title = "lr takes a number, and is given a schedule"
                cause = "It is the old name of learning_rate, which takes both."
                advice = Fix("manual", "Write learning_rate= for lr=.")
                yield Problem("KO106", ERROR, title, cause, reference="lr", fixes=(advice,), proposals=(proposal,))
                return


RULE = Rule(
    code="KO106",
    name="schedule of the learning rate",
    lesson=Lesson(
        what="A schedule ends in an error: boundaries should be 1 less than values, decay_steps must be > 0, or the "
        "class must override __call__.",
        why="A schedule is called with the number of the step and gives a learning rate; its numbers are counted in "
        "batches.",
        since="tensorflow 2.0",
        before="import keras\nkeras.optimizers.schedules.PiecewiseConstantDecay([1000, 2000], [0.01, 0.001])",
        after="import keras\nkeras.optimizers.schedules.PiecewiseConstantDecay([1000, 2000], [0.01, 0.001, 0.0001])",
        target="tensorflow==2.21.0",
        related=("KO105",),
    ),
    on_failure=on_failure,
)

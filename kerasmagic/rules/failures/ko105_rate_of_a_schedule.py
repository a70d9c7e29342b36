"""A learning rate that is set where a schedule computes it."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

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
    optimizer, callback = _optimizer(failure), _callback(failure)
    start = _wanted(failure) or session.own(_schedule(optimizer), "initial_learning_rate")
    name = session.class_name(optimizer) if optimizer is not None else "Adam"
    number = f"{name}(learning_rate={start if type(start) is float else 0.001})"
    sets = f"{callback} from the callbacks" if callback else "the line that sets the rate"
    yield Problem(
        rule="KO105",
        severity=ERROR,
        title="A schedule computes the learning rate of this optimizer, so it cannot be set",
        cause="An optimizer has a schedule, or a number that can be set.",
        reference="Optimizer.learning_rate",
        fixes=(Fix("manual", f"Compile with a number: {number}. Or keep the schedule, and remove {sets}."),),
    )


def _optimizer(failure: Failure) -> Any:
    """The optimizer with a schedule that the traceback, a model or a variable shows; None where none does."""
    things = [frame.f_locals.get("self") for frame in failing.python_frames(failure)]
    things += [value for _, value in session.variables(failure.variables)]
    held = (session.own(each, "optimizer", "_optimizer") for each in things if session.is_kind(each, "Model"))
    return next((each for each in (*held, *things) if session.is_of_keras(each) and _schedule(each) is not None), None)


def _wanted(failure: Failure) -> Any:
    """The number that the failing line sets: 0.01 of ``K.set_value(optimizer.learning_rate, 0.01)``."""
    facts = failing.facts_of(failure)
    for node in failing.calls(failure, facts) if facts is not None else ():
        if last_name(node.func) in ("set_value", "assign") and node.args:
            return failing.constant(node.args[-1], failure)
    return None


_SET_RATES = ("ReduceLROnPlateau", "LearningRateScheduler")


def _callback(failure: Failure) -> str:
    """The class of the callback that sets the rate, in a call of fit; empty where a line of the user's does."""
    for frame in failing.python_frames(failure):
        given = frame.f_locals.get("kwargs")
        callbacks = given.get("callbacks") if type(given) is dict else frame.f_locals.get("callbacks")
        names = [session.class_name(each) for each in session.members(callbacks) or (callbacks,)]
        found = next((name for name in names if name in _SET_RATES), "")
        if found:
            return found
    return ""


def _schedule(optimizer: Any) -> Any:
    """The schedule that an optimizer holds, in Keras 2 in a dictionary of its own; None where it has a number."""
    settings = session.own(optimizer, "_hyper")
    held = (*session.held(optimizer).values(), *(settings.values() if type(settings) is dict else ()))
    return next((each for each in held if session.is_kind(each, "LearningRateSchedule")), None)


def _is_set(failure: Failure) -> bool:
    """``K.set_value(optimizer.lr, …)`` where a schedule is what the optimizer was made with."""
    facts = failing.facts_of(failure) if isinstance(failure.exception, AttributeError) else None
    calls = failing.calls(failure, facts) if facts is not None else ()
    set_ones = [call.args[0] for call in calls if call.args and last_name(call.func) == "set_value"]
    rates = [node for node in set_ones if isinstance(node, ast.Attribute) and node.attr in ("lr", "learning_rate")]
    return any(_schedule(failing.value_of(rate.value, failure)) is not None for rate in rates)


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

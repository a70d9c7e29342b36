"""A class of the user's that was written for the optimizers of another Keras."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_OURS = ("keras", "tf_keras", "tensorflow")
_OPTIMIZERS = frozenset(("Optimizer", "BaseOptimizer", "OptimizerV2"))
_LACKING = re.compile(r"__init__\(\) missing \d+ required positional arguments?: '(learning_rate|name)'")
_STEPS = (
    "Keras calls build(variables), update_step(gradient, variable{rate}) and get_config(); it does not call "
    "get_updates, _create_slots or _resource_apply_dense any more."
)
_SLOTS = (
    "Keras calls _create_slots(variables), _resource_apply_dense(gradient, variable) and get_config(); it does not "
    "call get_updates any more."
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found = _LACKING.search(failure.message) if isinstance(failure.exception, TypeError) else None
    own = _own_class(failure) if found else None
    if found is None or own is None:
        return
    lacks = found.group(1)
    if lacks == "learning_rate":
        given, steps = "learning_rate=learning_rate", _STEPS.format(rate=", learning_rate")
    else:
        today = any("update_step" in vars(base) for base in session.bases_of(own))
        given, steps = f'name="{session.name_of(own)}"', _STEPS.format(rate="") if today else _SLOTS
    yield Problem(
        rule="KO107",
        severity=ERROR,
        title=f"{session.name_of(own)} is written for the optimizers of another Keras: they need {lacks} here",
        cause=steps,
        reference="keras.optimizers.Optimizer",
        fixes=(
            Fix("manual", f"Write super().__init__({given}, **kwargs), and the methods that this Keras calls."),
            Fix("manual", "Keras itself has AdamW, Lion, Lamb, Nadam and others: look for yours there first."),
        ),
    )


def _own_class(failure: Failure) -> type | None:
    """The user's class of optimizers that was being made: by its own __init__, or, where it has none, by the cell."""
    facts = failing.facts_of(failure)
    made = [failing.value_of(node.func, failure) for node in failing.calls(failure, facts)] if facts else []
    for found in (type(failing.raising(failure)), *made):
        bases = session.bases_of(found) if isinstance(found, type) else ()
        ours = {session.name_of(base) for base in bases if session.root_of(base) in _OURS}
        if ours & _OPTIMIZERS and session.root_of(bases[0]) not in _OURS:
            return bases[0]
    return None


RULE = Rule(
    code="KO107",
    name="optimizer of the user's",
    lesson=Lesson(
        what="`class AdamW(Optimizer)` of an old program ends in TypeError: __init__() missing 1 required positional "
        "argument.",
        why="The class to derive from has changed twice: with tf.keras, with TensorFlow 2.11, and with Keras 3 its "
        "first argument is the learning rate.",
        since="keras 3.0",
        before="import keras\nclass Own(keras.optimizers.Optimizer):\n    def __init__(self, lr=0.1, **kwargs):\n"
        "        super().__init__(**kwargs)\n        self.lr = lr\nOwn()",
        after="import keras\nclass Own(keras.optimizers.Optimizer):\n"
        "    def __init__(self, learning_rate=0.1, **kwargs):\n"
        "        super().__init__(learning_rate=learning_rate, **kwargs)\n"
        "    def update_step(self, gradient, variable, learning_rate):\n"
        "        self.assign_sub(variable, gradient * learning_rate)\nOwn()",
        target="tensorflow==2.16.2",
        related=("KO104",),
    ),
    on_failure=on_failure,
)

"""K.set_value on a variable of Keras 3."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    end = failure.end
    if end is None or not end.module.endswith("legacy.backend") or "set_value" not in failure.source:
        return
    facts = failing.facts_of(failure)
    yield Problem(
        rule="KA308",
        severity=ERROR,
        title="backend.set_value does not work with the variables of Keras 3",
        cause="tf.keras.backend keeps it for old code; it needs a variable of TensorFlow.",
        reference="set_value",
        fixes=(Fix("manual", "Write variable.assign(value), or optimizer.learning_rate = value."),),
        proposals=tuple(_assigned(failure, facts)) if facts else (),
    )


def _assigned(failure: Failure, facts: CellFacts) -> Iterator[Proposal]:
    """``K.set_value(variable, value)`` as ``variable.assign(value)``."""
    edits, unsure = [], []
    for call in failing.calls_of("set_value", facts):
        if len(call.args) == 2 and not call.keywords:
            variable, value = (failing.text_of(item, facts) for item in call.args)
            edits.append(Edit(facts.cell.range(call), f"{variable}.assign({value})"))
            thing = failing.value_of(call.args[0], failure)
            if type(thing) in (int, float):
                return  # optimizer.lr = 0.1 has made an attribute of that name: it is a number, and no variable
            if not session.defines(thing, "assign"):
                unsure.append(variable)
    differs = f"Only right if {' and '.join(unsure)} is a variable." if unsure else ""
    if edits:
        yield Proposal("Assign to the variable", tuple(edits), "Variables have assign in every release.", differs)


RULE = Rule(
    code="KA308",
    name="backend.set_value",
    lesson=Lesson(
        what="`K.set_value(model.optimizer.learning_rate, 0.01)` ends in AttributeError: 'str' object has no "
        "attribute 'name'.",
        why="In Keras 3 the learning rate is a variable of Keras, not of TensorFlow. Call its assign, or set the "
        "attribute itself.",
        since="keras 3.0",
        before="from tensorflow import keras\nopt = keras.optimizers.Adam()\n"
        "keras.backend.set_value(opt.learning_rate, 0.01)",
        after="from tensorflow import keras\nopt = keras.optimizers.Adam()\nopt.learning_rate = 0.01",
        target="tensorflow==2.16.2",
        related=("KA202", "KI112"),
    ),
    on_failure=on_failure,
)

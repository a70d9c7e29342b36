"""add_weight: what its first argument is differs between Keras 2 and Keras 3."""

from __future__ import annotations

import ast
from typing import Iterator

from ...catalog.signature import Signature
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, INFO, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_AS_NAME = ('can only concatenate tuple (not "str") to tuple', "name for name_scope must be a string.")
_MISREAD = (
    "to a shape. Found invalid dimension",
    "Could not interpret initializer identifier",
    "Invalid dtype: ",
)
_KERAS_2 = ("name", "shape", "dtype", "initializer", "regularizer", "trainable")
_SIGNS = (
    "add_weight() got multiple values",
    "add_weight() takes at most",
    "`name` must be passed as a keyword argument. Received: add_weight",
)


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    """``self.add_weight("w", shape=…)`` where the first argument is shape: it is given twice."""
    for reference in facts.by_kind.get("method", ()):
        if not reference.positional or not reference.name.endswith(".add_weight"):
            continue
        taken = _order(world.parameters(reference.name))
        twice = set(taken[: reference.positional]) & set(reference.keywords)
        if twice:
            yield Problem(
                rule="KA105",
                severity=INFO if reference.guarded else ERROR,
                title=f"add_weight gets {', '.join(sorted(twice))} twice",
                cause=f"In {world.name}, its arguments are {', '.join(taken[:3])}, in this order. In tf.keras of "
                "Keras 2 the first one was name.",
                range=reference.range,
                reference=reference.name,
                fixes=(Fix("manual", "Name the arguments: self.add_weight(name=…, shape=…, initializer=…)."),),
            )


def _order(signature: Signature | None) -> tuple[str, ...]:
    """What the arguments without a name are."""
    parameters = signature.parameters if signature else ()
    if any(each.kind == "var-positional" for each in parameters):  # Keras 3.15: the first is shape, others are refused
        return ("shape",)
    return tuple(each.name for each in parameters if each.kind == "positional")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if failure.message.startswith(_NO_VALUE) and world.keras_3:
        yield from _without_initializer(failure)
        return
    misread = failure.message in _AS_NAME or any(sign in failure.message for sign in _MISREAD)
    by_place = misread and "add_weight(" in failure.line_text and _is_given_by_place(failure)
    if not by_place and not any(sign in failure.message for sign in _SIGNS):
        return
    if failing.package_between(failure):
        return  # no line of the user's (KI131)
    facts = failing.facts_of(failure)
    yield Problem(
        rule="KA105",
        severity=ERROR,
        title="add_weight takes its arguments in a different order here",
        cause="The first argument is shape in Keras 3 and Keras 1; in tf.keras of Keras 2 it was name.",
        reference="add_weight",
        fixes=(Fix("manual", "Name the arguments: self.add_weight(name=…, shape=…, initializer=…)."),),
        proposals=tuple(_named(facts)) if facts else (),
    )


def _is_given_by_place(failure: Failure) -> bool:
    facts = failing.facts_of(failure)
    calls = failing.calls(failure, facts) if facts is not None else ()
    return facts is None or any(call.args for call in calls if last_name(call.func) == "add_weight")


def _without_initializer(failure: Failure) -> Iterator[Problem]:
    """``add_weight(name="w", shape=(2,))`` of a metric: Keras 2 chose an initializer for it."""
    facts = failing.facts_of(failure)
    metric = any(session.is_kind(frame.f_locals.get("self"), "Metric") for frame in failing.python_frames(failure))
    calls = [
        call
        for call in (failing.calls(failure, facts) if facts is not None and metric else ())
        if last_name(call.func) in ("add_weight", "add_variable") and len(call.args) < 2
        if "initializer" not in [item.arg for item in call.keywords]
    ]
    if facts is None or not calls:
        return
    edits = []
    for call in calls:
        end = facts.cell.range(call)
        at = Range(end.end_line, end.end_column - 1, end.end_line, end.end_column - 1)
        comma = ", " if call.args or call.keywords else ""
        edits.append(Edit(at, f'{comma}initializer="zeros"'))
    yield Problem(
        rule="KA105",
        severity=ERROR,
        title="add_weight of a metric needs an initializer in Keras 3",
        cause="Keras 2 took the one for layers, random numbers; a metric counts from 0.",
        reference="Metric.add_weight",
        fixes=(Fix("manual", 'Write add_weight(…, initializer="zeros").'),),
        proposals=(Proposal("Begin with zeros", tuple(edits), "Keras sets a metric to zeros before each epoch, too."),),
    )


_NO_VALUE = "Attempt to convert a value (None) with an unsupported type"


def _named(facts: CellFacts) -> Iterator[Proposal]:
    """All calls of add_weight in the cell with their arguments named, which works in every release."""
    edits = []
    for call in failing.calls_of("add_weight", facts):
        order = _KERAS_2 if call.args and _is_text(call.args[0]) else ("shape", "initializer", _third(call))
        taken = {item.arg for item in call.keywords}
        if len(call.args) > len(order) or taken & set(order[: len(call.args)]):
            continue
        for item, name in zip(call.args, order):
            at = facts.cell.range(item)
            edits.append(Edit(Range(at.line, at.column, at.line, at.column), f"{name}="))
    if edits:
        yield Proposal("Write the names of add_weight's arguments", tuple(edits), "Every release accepts these names.")


def _third(call: ast.Call) -> str:
    """What the third argument is where the first is a shape: name in Keras 1, dtype in Keras 3."""
    value = call.args[2].value if len(call.args) > 2 and isinstance(call.args[2], ast.Constant) else None
    return "trainable" if type(value) is bool else "name" if type(value) is str and "float" not in value else "dtype"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "value", None), str)


RULE = Rule(
    code="KA105",
    name="argument order of add_weight",
    lesson=Lesson(
        what="`self.add_weight('w', shape)` in your own layer ends in TypeError: got multiple values for argument "
        "'shape', or in ValueError: `name` must be passed as a keyword argument.",
        why="tf.keras of Keras 2 has add_weight(name, shape, …); Keras 3 has add_weight(shape, initializer, …). "
        "With the names written out, a layer works in both.",
        since="keras 3.0",
        before="import numpy as np\nfrom keras.layers import Layer\nclass Scale(Layer):\n    def build(self, shape):\n"
        "        self.w = self.add_weight('w', shape=(shape[-1],))\n    def call(self, x):\n        return x * self.w\n"
        "Scale()(np.ones((2, 3)))",
        after="import numpy as np\nfrom keras.layers import Layer\nclass Scale(Layer):\n    def build(self, shape):\n"
        "        self.w = self.add_weight(name='w', shape=(shape[-1],))\n"
        "    def call(self, x):\n        return x * self.w\n"
        "Scale()(np.ones((2, 3)))",
        target="tensorflow==2.16.2",
        related=("KA101",),
    ),
    on_cell=on_cell,
    on_failure=on_failure,
)

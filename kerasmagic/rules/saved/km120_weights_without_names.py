"""Weights of a layer that have no name of their own: HDF5 keeps weights under their names."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.held_layers import layers_in, model_in, top_layers
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.arguments import Written, arguments_of, rewritten
from ...source.edits import Edit
from ...source.nodes import last_name

_TWICE = re.compile(r"[Uu]nable to (?:synchronously )?create (?:dataset|link|group) \(name already exists\)")
_NONE = re.compile(r"^'NoneType' object has no attribute 'replace'$")
_MAKERS = ("add_weight", "add_variable", "Variable")


class Weight(NamedTuple):
    layer: Any
    attribute: str
    """By which the layer holds it: "W"."""
    name: str


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    known = _TWICE.search(failure.message) or _NONE.search(failure.message)
    model = model_in(failure) if known else None
    alike = _alike(model) if model is not None else []
    if not alike:
        return
    own = [each for each in alike if each.layer is alike[0].layer]
    if len(own) == len(alike) or len(own) > 1:
        yield _unnamed(own, failure)
    else:
        yield _of_two_layers(alike[:2])


def _alike(model: Any) -> list[Weight]:
    """The weights that have one name, or none, of the first layer of the model that has such."""
    for top in top_layers(model):
        found = [weight for layer in layers_in(top) for weight in _weights(layer)]
        names = [each.name for each in found]
        doubled = [each for each in found if names.count(each.name) > 1]
        if doubled:
            return [each for each in doubled if each.name == doubled[0].name]
    return []


def _weights(layer: Any) -> Iterator[Weight]:
    """The variables that a layer holds as attributes."""
    listed = (session.own(layer, "_trainable_weights"), session.own(layer, "_non_trainable_weights"))
    variables = {id(each) for held in listed for each in session.members(held)}
    for name, value in session.held(layer).items():
        if id(value) in variables:
            yield Weight(layer, name, str(session.attribute(value, "name")))


def _unnamed(weights: list[Weight], failure: Failure) -> Problem:
    layer = session.class_name(weights[0].layer)
    facts = failing.facts_of(failure)
    named = [f"name='{each.attribute}' for self.{each.attribute}" for each in weights]
    listed = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    edits = [*_with_names(layer, [each.attribute for each in weights], facts)] if facts is not None else []
    return Problem(
        rule="KM120",
        severity=ERROR,
        title=f"The weights of {layer} have no names of their own",
        cause=f"A file keeps each weight under its name, and Keras calls all of these {weights[0].name!r}.",
        reference=f"{layer}.add_weight",
        fixes=(
            Fix("manual", f"In {layer}, give each add_weight or tf.Variable a name: {listed}; build the model again."),
        ),
        proposals=(Proposal("Give each weight a name", tuple(edits), _NAMES),) if edits else (),
    )


_NAMES = "The names change nothing but how the weights are kept in files."


def _of_two_layers(weights: list[Weight]) -> Problem:
    first, second = (f"{session.class_name(each.layer)} ({_name(each.layer)})" for each in weights)
    return Problem(
        rule="KM120",
        severity=ERROR,
        title=f"Two layers have a weight of the same name, {weights[0].name}: {first} and {second}",
        cause="An HDF5 file keeps each weight under its name.",
        reference="Layer.name",
        fixes=(Fix("manual", "Give these layers different names (name=), and build the model again."),),
    )


def _name(layer: Any) -> str:
    return str(session.own(layer, "_name", "name"))


def _with_names(layer: str, attributes: list[str], facts: CellFacts) -> Iterator[Edit]:
    """``self.W = self.add_weight(…, name='W')`` in the class, where the cell defines it."""
    made = [node for node in facts.cell.placed if isinstance(node, ast.ClassDef) and node.name == layer]
    for node in ast.walk(made[0]) if len(made) == 1 else ():
        target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        call = node.value if isinstance(node, ast.Assign) else None
        if not isinstance(target, ast.Attribute) or target.attr not in attributes or not isinstance(call, ast.Call):
            continue
        given = arguments_of(facts.cell, call) if last_name(call.func) in _MAKERS else None
        if given is not None and not any(each.name == "name" for each in given):
            yield from rewritten(facts.cell, call, [Written(each.name) for each in given], [f"name={target.attr!r}"])


RULE = Rule(
    code="KM120",
    name="weights without names",
    lesson=Lesson(
        what="Saving a model to .h5 ends in: Unable to create dataset (name already exists); to a folder: 'NoneType' "
        "object has no attribute 'replace'.",
        why="Keras 2 keeps each weight under its name. add_weight without name= calls them all Variable.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\n\n\nclass Line(tf.keras.layers.Layer):\n    def build(self, shape):\n"
        "        self.a = self.add_weight(shape=(1,))\n        self.b = self.add_weight(shape=(1,))\n\n"
        "    def call(self, x):\n        return self.a * x + self.b\n\n\n"
        "model = tf.keras.Sequential([tf.keras.Input((3,)), Line()])\nmodel.save_weights('line.h5')",
        after="import tensorflow as tf\n\n\nclass Line(tf.keras.layers.Layer):\n    def build(self, shape):\n"
        "        self.a = self.add_weight(shape=(1,), name='a')\n"
        "        self.b = self.add_weight(shape=(1,), name='b')\n\n"
        "    def call(self, x):\n        return self.a * x + self.b\n\n\n"
        "model = tf.keras.Sequential([tf.keras.Input((3,)), Line()])\nmodel.save_weights('line.h5')",
        target="tensorflow==2.12.1",
        related=("KM119", "KA105"),
    ),
    on_failure=on_failure,
)

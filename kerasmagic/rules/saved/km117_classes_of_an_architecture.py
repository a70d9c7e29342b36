"""model_from_json or from_config of a model with a class, or a function, of the user's."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_LOST = re.compile(
    r"Could not locate (?:class|function) '(\w+)'|^Unknown layer:? '?(\w+)'?|Cannot deserialize object of type `(\w+)`"
)
_READERS = ("model_from_json", "model_from_config", "from_config")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if _LAMBDA.search(failure.message) and failing.in_library(failure):
        facts = failing.facts_of(failure)
        if facts is not None and any(any(failing.calls_of(each, facts)) for each in _READERS):
            yield _lambda(facts, world)
        return
    found = _LOST.search(failure.message)
    name = found[found.lastindex or 0] if found else ""
    made = (failure.namespace or {}).get(name)
    facts = failing.facts_of(failure) if isinstance(made, (type, FunctionType)) else None
    calls = [call for each in _READERS for call in failing.calls_of(each, facts)] if facts is not None else []
    if not calls or facts is None or not failing.in_library(failure):
        return
    kind = "class" if isinstance(made, type) else "function"
    advice = (
        f"Give it: custom_objects={{'{name}': {name}}}; or write @keras.saving.register_keras_serializable() above "
        f"the {kind} before the model is made and written."
    )
    edit = _given(calls[0], name, facts) if len(calls) == 1 else None
    title, evidence = f"Give {name} as a custom object", f"This {kind} is in the session."
    yield Problem(
        rule="KM117",
        severity=ERROR,
        title=f"The architecture holds a {kind} of your own, {name}, and Keras does not know where it is",
        cause="A file or text names the classes and functions of a model; those of Keras are found by themselves.",
        reference="keras.models.model_from_json",
        fixes=(Fix("manual", advice),),
        proposals=(Proposal(title, (edit,), evidence),) if edit else (),
    )


_LAMBDA = re.compile(r"Requested the deserialization of a `?Lambda`? layer")


def _lambda(facts: CellFacts, world: World) -> Problem:
    """``model_from_json`` of a model with a Lambda layer: these functions have no argument safe_mode. TensorFlow
    2.15 has the function that Keras 3 names for it under another name (measured)."""
    package, allow = ("keras", "keras.config") if world.keras_3 else ("tensorflow", "tensorflow.keras.__internal__")
    allow += ".enable_unsafe_deserialization()"
    first = facts.cell.tree.body[0] if facts.cell.tree is not None else None
    edits = []
    if first is not None:
        where = facts.cell.range(first)
        edits = [Edit(Range(where.line, 0, where.line, 0), f"import {package}\n{allow}\n")]
    return Problem(
        rule="KM117",
        severity=ERROR,
        title="The architecture holds a Lambda layer with a lambda, which Keras does not run by itself",
        cause="The text holds Python byte code, which could do anything.",
        reference="keras.models.model_from_json",
        fixes=(
            Fix(
                "manual",
                f"If you trust the text, call {allow} first; better, make the layer of a function of your own, "
                "registered with @keras.saving.register_keras_serializable().",
            ),
        ),
        proposals=(
            Proposal(
                "Allow it in this session",
                tuple(edits),
                "Keras has this function for it.",
                differs="Reading the text then runs the Python code in it: do so only if you trust it.",
            ),
        )
        if edits
        else (),
    )


def _given(call: ast.Call, name: str, facts: CellFacts) -> Edit | None:
    """``custom_objects={'name': name}`` as the last argument of a call, or one more of those it has."""
    objects = next((item.value for item in call.keywords if item.arg == "custom_objects"), None)
    behind = [each.value for each in call.keywords] + list(call.args)
    if isinstance(objects, ast.Dict) and objects.values and last_name(call.func) != "from_config":
        end = failing.end_range(objects.values[-1], facts)
        return Edit(end, f", '{name}': {name}")
    if objects is not None or not behind or last_name(call.func) == "from_config":
        return None
    last = max((facts.cell.range(node) for node in behind), key=lambda each: (each.end_line, each.end_column))
    place = Range(last.end_line, last.end_column, last.end_line, last.end_column)
    return Edit(place, f", custom_objects={{'{name}': {name}}}")


RULE = Rule(
    code="KM117",
    name="classes of an architecture",
    lesson=Lesson(
        what="model_from_json or from_config ends in TypeError: Could not locate class, of a class that is in the "
        "session.",
        why="Keras looks for classes under the names that the text has. A class of yours has to be given, or "
        "registered before the text was made.",
        since="keras 3.0",
        before="import keras\nclass Same(keras.layers.Layer):\n    def call(self, x):\n        return x\n"
        "text = keras.Sequential([keras.Input((4,)), Same()]).to_json()\nkeras.models.model_from_json(text)",
        after="import keras\nclass Same(keras.layers.Layer):\n    def call(self, x):\n        return x\n"
        "text = keras.Sequential([keras.Input((4,)), Same()]).to_json()\n"
        "keras.models.model_from_json(text, custom_objects={'Same': Same})",
        target="tensorflow==2.21.0",
        related=("KM107", "KM116"),
    ),
    on_failure=on_failure,
)

"""A signature of a SavedModel, which takes its inputs by their names only, if it has several."""

from __future__ import annotations

import ast
import re
from itertools import permutations
from typing import Any, Iterator, Mapping, NamedTuple

from ...diagnosis.contract.data import ARRAY, describe, dimensions
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import string

_REFUSED = re.compile(
    r"Binding inputs to tf\.function.{0,60}failed|signature_wrapper\(.*(?:missing|takes|got)", re.DOTALL
)
_MOST = 6
"""Inputs of which each order is tried."""


class Called(NamedTuple):
    """A call of a signature, or of the TFSMLayer around one."""

    call: ast.Call
    inputs: Mapping[str, Any]
    """What it takes: the TensorSpecs by name."""
    is_layer: bool


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure) if _REFUSED.search(failure.message) else None
    called = next(_called(failure, facts), None) if facts is not None else None
    if called is None or facts is None:
        return
    written = failing.text_of(called.call.func, facts)
    function = f"{written}.call_endpoint_fn" if called.is_layer else written
    given = _matched(called, failure, facts)
    symbolic = any(session.is_kind(each, "KerasTensor") for each in _values(called.call, failure))
    texts = [f"{name}={given.get(name, '…')}" for name in called.inputs]
    new = f"{function}({', '.join(texts)})"
    edits = [Edit(facts.cell.range(called.call), new)] if len(given) == len(called.inputs) and not symbolic else []
    shapes = ", ".join(f"{name} {_shape(spec)}" for name, spec in called.inputs.items())
    passes = "TFSMLayer hands them on by their place, so call the signature itself." if called.is_layer else ""
    advice = f"Write {new}." if not symbolic else _IN_A_MODEL.format(_folder(called, failure))
    yield Problem(
        rule="KM122",
        severity=ERROR,
        title=_title(list(called.inputs)),
        cause=f"It takes {shapes}. {_ORDER if len(called.inputs) > 1 else ''}{passes}".strip(),
        reference="keras.layers.TFSMLayer" if called.is_layer else "tf.saved_model.load",
        fixes=(Fix("manual", advice),),
        proposals=(Proposal("Give each input its name", tuple(edits), _EVIDENCE),) if edits else (),
    )


def _title(names: list[str]) -> str:
    if len(names) == 1:
        return f"The input of this signature is called {names[0]}"
    return f"This signature takes its inputs by name only: {', '.join(names)}"


_ORDER = "It knows no order of several inputs. "
_EVIDENCE = "The names and shapes are read from the signature; it gives a dictionary of its outputs."
_IN_A_MODEL = (
    "As a layer of a functional model, it cannot have several inputs: load the folder with tf_keras, "
    "tf_keras.models.load_model({}), and build the model around it with tf_keras, too."
)


def _called(failure: Failure, facts: CellFacts) -> Iterator[Called]:
    for call in failing.calls(failure, facts):
        thing = failing.value_of(call.func, failure)
        is_layer = session.is_kind(thing, "TFSMLayer")
        function = session.own(thing, "call_endpoint_fn") if is_layer else thing
        taken = session.attribute(function, "structured_input_signature") if session.root(function) == _OURS else None
        if type(taken) is tuple and len(taken) == 2 and type(taken[1]) is dict and not taken[0] and taken[1]:
            yield Called(call, taken[1], is_layer)


_OURS = "tensorflow"


def _parts(call: ast.Call) -> list[tuple[str, ast.expr]]:
    """What a call gives, each with the name that it is given by, if it is."""
    named = [(item.arg or "", item.value) for item in call.keywords if item.arg not in ("inputs", "training")]
    whole = [*call.args, *(item.value for item in call.keywords if item.arg == "inputs")]
    for node in whole:
        if isinstance(node, ast.Dict):
            named += [(string(key) or "", value) for key, value in zip(node.keys, node.values)]
        else:
            named += [("", each) for each in (node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node])]
    return named


def _values(call: ast.Call, failure: Failure) -> Iterator[Any]:
    return (failing.value_of(node, failure) for _, node in _parts(call))


def _matched(called: Called, failure: Failure, facts: CellFacts) -> dict[str, str]:
    """What to give by which name; empty where that is not certain."""
    parts, names = _parts(called.call), list(called.inputs)
    if len(parts) != len(names) or len(names) > _MOST:
        return {}
    orders = [order for order in permutations(names) if _fits(order, parts, called, failure)]
    plain = [order for order in orders if [getattr(node, "id", "") for _, node in parts] == list(order)]
    chosen = orders if len(orders) == 1 else plain
    if len(chosen) != 1:
        return {}
    found = dict(zip(chosen[0], (node for _, node in parts)))
    return {name: _text(node, called.inputs[name], failure, facts) for name, node in found.items()}


def _fits(order: tuple[str, ...], parts: list[tuple[str, ast.expr]], called: Called, failure: Failure) -> bool:
    for name, (given, node) in zip(order, parts):
        sizes, data = _sizes(called.inputs[name]), describe(failing.value_of(node, failure))
        if given in called.inputs and given != name:
            return False
        if sizes is not None and data.shape is not None:
            alike = len(sizes) == len(data.shape)
            if not alike or any(None not in pair and pair[0] != pair[1] for pair in zip(sizes, data.shape)):
                return False
    return True


def _text(node: ast.expr, spec: Any, failure: Failure, facts: CellFacts) -> str:
    """An array in the type that the signature takes: older releases do not change it themselves."""
    data, text = describe(failing.value_of(node, failure)), failing.text_of(node, facts)
    wanted = str(session.attribute(session.attribute(spec, "dtype"), "name") or "")
    plain = isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))
    if data.form != ARRAY or not wanted or data.dtype == wanted or not data.is_numeric or not plain:
        return text
    return f"{text}.astype({wanted!r})"


def _sizes(spec: Any) -> tuple[int | None, ...] | None:
    return dimensions(session.attribute(spec, "shape"))


def _shape(spec: Any) -> str:
    sizes = _sizes(spec)
    return str(sizes) if sizes is not None else "of any shape"


def _folder(called: Called, failure: Failure) -> str:
    layer = failing.value_of(called.call.func, failure)
    path = session.own(layer, "filepath")
    return repr(path) if type(path) is str else "folder"


RULE = Rule(
    code="KM122",
    name="inputs of a signature",
    lesson=Lesson(
        what="Calling a TFSMLayer, or a signature of tf.saved_model.load, with several inputs ends in TypeError: "
        "Binding inputs to tf.function failed due to `too many positional arguments`.",
        why="A signature knows its inputs by name, and takes a single one by its place, too. TFSMLayer hands all on by "
        "place, so call the signature itself, which the layer has as call_endpoint_fn.",
        since="tensorflow 2.0",
        before="import keras\nimport numpy as np\na, b = keras.Input((2,), name='a'), keras.Input((3,), name='b')\n"
        "keras.Model([a, b], keras.layers.Concatenate()([a, b])).export('two')\n"
        "layer = keras.layers.TFSMLayer('two', call_endpoint='serving_default')\n"
        "layer([np.ones((1, 2), 'float32'), np.ones((1, 3), 'float32')])",
        after="import keras\nimport numpy as np\na, b = keras.Input((2,), name='a'), keras.Input((3,), name='b')\n"
        "keras.Model([a, b], keras.layers.Concatenate()([a, b])).export('two')\n"
        "layer = keras.layers.TFSMLayer('two', call_endpoint='serving_default')\n"
        "layer.call_endpoint_fn(a=np.ones((1, 2), 'float32'), b=np.ones((1, 3), 'float32'))",
        target="tensorflow==2.21.0",
        related=("KM105",),
    ),
    on_failure=on_failure,
)

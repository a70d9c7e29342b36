"""A setting of a layer that no file can hold: a tensor, or another object that does not go into JSON."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import raised_by_keras
from ...diagnosis.contract.held_layers import layers_in, model_in
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import read
from ...diagnosis.evidence.earlier import texts_of_session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name

_REFUSED = re.compile(
    r"to JSON\. Unrecognized type <class '([\w.]+)'>|Not JSON Serializable:', <(tf\.Tensor)"
    r"|Object of type (\w+) is not JSON serializable"
)
_TENSORS = ("EagerTensor", "Tensor", "SymbolicTensor", "tf.Tensor")
_PLAIN = "numbers, texts, and lists and dictionaries of these"
_LIST_OF = {"ndarray": ".tolist()", **dict.fromkeys(_TENSORS, ".numpy().tolist()")}
"""What makes a list of a value."""


class Held(NamedTuple):
    """A setting that refuses to be stored."""

    layer: Any
    argument: str
    """The attribute of the layer: "scale"."""
    owner: str = ""
    """The object in between: "Constant" of a kernel_initializer."""
    inner: str = ""
    """Its attribute: "value"."""

    @property
    def is_of_keras(self) -> bool:
        return session.root(self.layer) in ("keras", "tf_keras", "tensorflow")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    refused = _REFUSED.search(failure.message) if isinstance(failure.exception, TypeError) else None
    model = model_in(failure) if refused and raised_by_keras(failure) else None
    kind = (refused[1] or refused[2] or refused[3]) if refused else ""
    held = next(_holding(kind, model), None) if model is not None else None
    if held is None:
        return
    layer = session.class_name(held.layer)
    where = f"as {held.argument}"
    if held.owner:
        where = f"in its {held.argument}, {held.owner}({held.inner}=…)"
    yield Problem(
        rule="KM119",
        severity=ERROR,
        title=f"{layer} holds {_named(kind)} {where}, and no file can hold that",
        cause=f"The settings of the layers go into a file as text: {_PLAIN}. In the model, this layer is called "
        f"{session.own(held.layer, '_name', 'name')}.",
        reference=f"{layer}.{held.argument}",
        fixes=(Fix("manual", _advice(held, kind, failure)),),
        proposals=tuple(_listed(held, kind, failure)),
    )


def _holding(kind: str, model: Any) -> Iterator[Held]:
    """The settings of this type, in the layers or in what those were given."""
    for layer in layers_in(model):
        for name, value in session.held(layer).items():
            if _is_a(value, kind):
                yield Held(layer, name.lstrip("_"))
            elif session.is_of_keras(value) and not session.is_kind(value, "Layer"):
                inner = (each for each, thing in session.held(value).items() if _is_a(thing, kind))
                for each in inner if name in ("activation", *_GIVEN) or name.endswith(_GIVEN) else ():
                    yield Held(layer, name, session.class_name(value), each)


_GIVEN = ("initializer", "regularizer", "constraint")


def _is_a(value: Any, kind: str) -> bool:
    name = session.class_name(value)
    if kind == "tf.Tensor":
        return name in _TENSORS and session.root(value) == "tensorflow"
    return kind in (name, f"{session.module_of(type(value))}.{name}")


def _named(kind: str) -> str:
    last = kind.rpartition(".")[2]
    return "a tensor" if kind in _TENSORS or last in _TENSORS else f"an object of the class {last}"


def _as_list(kind: str) -> str:
    return _LIST_OF.get(kind) or _LIST_OF.get(kind.rpartition(".")[2]) or ""


def _advice(held: Held, kind: str, failure: Failure) -> str:
    layer, method = session.class_name(held.layer), _as_list(kind)
    if not held.is_of_keras and "get_config" in [name for base in _own(held) for name in vars(base)]:
        plain = f"'{held.argument}': self.{held.argument}{method}" if method else _PLAIN
        return f"Let get_config of {layer} return what a file can hold: {plain}. Then build the model again."
    text = next(iter(_written(held, failure)), None)
    if text is not None and method:
        return f"Where the model is built, write {_call(*text, method)}, and build it again."
    plain = f"a list, value{method}" if method else f"{_PLAIN} only"
    what = f"{held.argument} of {layer}" if not held.owner else f"{held.owner}, the {held.argument} of {layer},"
    return f"Where the model is built, give {what} {plain}; then build it again."


def _own(held: Held) -> list[type]:
    return [base for base in session.bases(held.layer) if session.root_of(base) not in _KERAS]


_KERAS = ("keras", "tf_keras", "tensorflow", "builtins")


def _written(held: Held, failure: Failure) -> Iterator[tuple[ast.Call, ast.expr, str]]:
    """The call that makes the layer, in the newest cell that has one, with the argument that is no plain value."""
    maker = held.owner or session.class_name(held.layer)
    for text in texts_of_session(failure):
        facts = read(text)
        calls = [call for call in facts.cell.calls.values() if last_name(call.func) == maker]
        given = [(call, node) for call in calls for node in _given(call, held) if _is_computed(node)]
        if len(given) == 1:
            yield (*given[0], text)
        if calls:
            return


def _given(call: ast.Call, held: Held) -> list[ast.expr]:
    name = held.inner or held.argument
    return [item.value for item in call.keywords if item.arg == name] or call.args[:1]


def _is_computed(node: ast.expr) -> bool:
    return any(isinstance(each, (ast.Name, ast.Attribute, ast.Call)) for each in ast.walk(node))


def _call(call: ast.Call, node: ast.expr, text: str, method: str) -> str:
    """The call with a list in the place of the tensor."""
    cell = read(text).cell
    whole, at = cell.segment(cell.range(call)), cell.segment(cell.range(node))
    return whole.replace(at, _list(node, at, method), 1)


def _list(node: ast.expr, text: str, method: str) -> str:
    return f"{text}{method}" if isinstance(node, (ast.Name, ast.Attribute, ast.Call)) else f"({text}){method}"


def _listed(held: Held, kind: str, failure: Failure) -> Iterator[Proposal]:
    """The list in the place of the tensor, where the cell that failed builds the model, too."""
    method, facts = _as_list(kind), failing.facts_of(failure)
    for call, _, text in _written(held, failure) if method and facts is not None and held.is_of_keras else ():
        calls = [each for each in facts.cell.calls.values() if ast.dump(each) == ast.dump(call)] if facts else []
        if text == failure.source and facts is not None and len(calls) == 1:
            node = _given(calls[0], held)[0]
            written = _list(node, failing.text_of(node, facts), method)
            edit = Edit(facts.cell.range(node), written)
            yield Proposal(
                f"Give {held.argument} a list", (edit,), differs="The layer gets the same numbers as a list."
            )


_SAME = "The layer gets the same numbers, as a list."

RULE = Rule(
    code="KM119",
    name="settings that no file can hold",
    lesson=Lesson(
        what="model.save, to_json or ModelCheckpoint ends in TypeError: Unable to serialize … to JSON. Unrecognized "
        "type EagerTensor.",
        why="A file holds the settings of each layer as text: numbers, texts, and lists and dictionaries of these. A "
        "tensor is none of them. What get_config of a layer of yours returns has to be plain as well.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\n"
        "model = tf.keras.Sequential([tf.keras.layers.Rescaling(tf.constant(0.5), input_shape=(3,))])\n"
        "model.save('scaled.h5')",
        after="import tensorflow as tf\n"
        "model = tf.keras.Sequential([tf.keras.layers.Rescaling(0.5, input_shape=(3,))])\n"
        "model.save('scaled.h5')",
        target="tensorflow==2.12.1",
        related=("KD113", "KM120"),
    ),
    on_failure=on_failure,
)

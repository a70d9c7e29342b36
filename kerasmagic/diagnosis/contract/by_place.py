"""``self.encoder(x, training)``: what is no tensor and is given to a layer by its place; Keras 3 takes it by name."""

from __future__ import annotations

import ast
from typing import Any, Iterator, Mapping, NamedTuple

from ...source.edits import Edit
from ...source.position import Range
from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure

_SAYS = "Only input tensors may be passed as positional arguments"
_LIBRARIES = ("keras", "tf_keras", "tensorflow")
_DEEPEST = 4


class ByPlace(NamedTuple):
    layer: str
    """The class of the layer that refused."""
    argument: str
    """The name of the argument: "training"."""
    edits: tuple[Edit, ...]
    """The names, in all such calls of the cell."""


def given_by_place(failure: Failure, facts: CellFacts) -> ByPlace | None:
    """The call on the line that failed, with all that are like it; None where it is not that."""
    if _SAYS not in failure.message:
        return None
    on_line = list(failing.calls(failure, facts))
    first, edits = None, []
    for call, names in _calls(failure, facts):
        layer = _layer(call.func, names)
        named = _to_be_named(call, layer, names) if layer is not None else []
        if layer is not None and named and (first is None or call in on_line):
            first = (layer, named[0][0]) if call in on_line else first
        edits += [Edit(_start(node, facts), f"{name}=") for name, node in named]
    return ByPlace(session.name_of(first[0]), first[1], tuple(edits)) if first else None


def taken_by_call(layer: type) -> tuple[str, ...]:
    """The parameters of the layer's call, without self; empty where they are not known."""
    for base in session.bases_of(layer):
        call = vars(base).get("call")
        if type(call).__name__ == "function":
            code = call.__code__  # type: ignore[union-attr]
            names: tuple[str, ...] = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
            return names[1:]
    return ()


def _calls(failure: Failure, facts: CellFacts) -> Iterator[tuple[ast.Call, Mapping[str, Any]]]:
    """The calls of the cell, with what the names around them stand for: those of a method by an object of its class."""
    objects = _objects(failure)
    ran = {frame.f_code.co_name: frame.f_locals for frame in failing.python_frames(failure)}
    inside: set[ast.AST] = set()
    for owner in (node for node in facts.cell.placed if isinstance(node, ast.ClassDef)):
        thing = objects.get(owner.name)
        for method in (node for node in owner.body if isinstance(node, ast.FunctionDef)):
            inside.update(ast.walk(method))
            held = ran.get(method.name, {})
            me = method.args.args[0].arg if method.args.args else ""
            own = held if held.get(me) is thing else {me: thing}
            names = {**(failure.namespace or {}), **own}
            yield from ((node, _with_steps(method, names)) for node in ast.walk(method) if isinstance(node, ast.Call))
    others = (node for node in facts.cell.placed if isinstance(node, ast.Call) and node not in inside)
    yield from ((node, failure.variables) for node in others)


def _objects(failure: Failure) -> dict[str, Any]:
    """A live layer of each class of the user's, by its name: those that were called, and those that they hold."""
    found: dict[str, Any] = {}
    waiting = [(frame.f_locals.get("self"), 0) for frame in failing.python_frames(failure)]
    waiting += [(layer, 0) for layer, _ in failing.called_layers(failure)]
    while waiting:
        thing, depth = waiting.pop()
        if not session.is_kind(thing, "Layer") or session.class_name(thing) in found:
            continue
        if session.root(thing) not in _LIBRARIES:
            found[session.class_name(thing)] = thing
        held = [each for value in session.held(thing).values() for each in (session.members(value) or (value,))]
        waiting += [(each, depth + 1) for each in held if depth < _DEEPEST]
    return found


def _with_steps(method: ast.FunctionDef, names: Mapping[str, Any]) -> Mapping[str, Any]:
    """The names, with a layer for ``layer`` of ``for layer in self.layers``."""
    found = dict(names)
    for node in ast.walk(method):
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name) and node.target.id not in found:
            layers = session.members(session.value_of(node.iter, names))
            found.update({node.target.id: layers[0]} if layers else {})
    return found


def _layer(made: ast.expr, names: Mapping[str, Any]) -> type | None:
    """The class of the layer that is called with data; None for any other call."""
    if isinstance(made, ast.Call):
        cls = session.value_of(made.func, names)
        return cls if session.is_layer_class(cls) or _is_own_class(cls) else None
    thing = session.value_of(made, names)
    if thing is session.UNKNOWN and isinstance(made, ast.Subscript):  # self.layers[i]: they are alike
        layers = session.members(session.value_of(made.value, names))
        thing = layers[0] if layers else None
    return type(thing) if session.is_kind(thing, "Layer") else None


def _is_own_class(cls: Any) -> bool:
    return session.is_class_of_keras(cls) and any(session.name_of(base) == "Layer" for base in session.bases_of(cls))


def _to_be_named(call: ast.Call, layer: type, names: Mapping[str, Any]) -> list[tuple[str, ast.expr]]:
    """The arguments by place from the first on that is no tensor, with their names; the first argument is the data."""
    taken = taken_by_call(layer)
    if len(call.args) > len(taken) or any(isinstance(each, ast.Starred) for each in call.args):
        return []
    given = list(zip(taken, call.args))
    for number, (name, node) in enumerate(given[1:], 1):
        value = node.value if isinstance(node, ast.Constant) else session.value_of(node, names)
        if name == "training" or (value is not session.UNKNOWN and not _is_data(value)):
            return given[number:]
    return []


def _is_data(value: Any) -> bool:
    if value is None or session.root(value) == "numpy":
        return True
    if type(value) in (list, tuple):
        return all(map(_is_data, value))
    return session.is_of_keras(value) and "Tensor" in session.class_name(value)


def _start(node: ast.expr, facts: CellFacts) -> Range:
    where = facts.cell.range(node)
    return Range(where.line, where.column, where.line, where.column)

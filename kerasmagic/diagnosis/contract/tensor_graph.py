"""The graph that the tensors of a functional model form, read from what each remembers of the layer that made it."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.failure import Failure
from ..evidence.symbols import is_symbol
from .network import is_network

_MOST_LAYERS = 3_000
_OF_MODELS = ("input", "inputs", "output", "outputs", "layers", "name")


def made_by(tensor: Any) -> tuple[Any, int] | None:
    """The layer, or operation, that made a tensor, and the number of its call."""
    made = session.own(tensor, "_keras_history") if is_symbol(tensor) else None
    return (made[0], made[1]) if isinstance(made, tuple) and len(made) == 3 and type(made[1]) is int else None


def calls_of(layer: Any) -> tuple[Any, ...]:
    """The calls of a layer with tensors, which Keras calls its nodes."""
    return session.members(session.attribute(layer, "_inbound_nodes"))


def given_to(node: Any) -> tuple[Any, ...]:
    """The tensors that a call was given."""
    return tensors(session.attribute(node, "input_tensors"))


def given_by(node: Any) -> tuple[Any, ...]:
    """The tensors that a call gave."""
    found = session.attribute(node, "output_tensors")
    return tensors(session.attribute(node, "outputs") if found is None else found)


def before(tensor: Any) -> tuple[Any, ...]:
    """The tensors that a tensor was made of; none for that of an Input."""
    made = made_by(tensor)
    nodes = calls_of(made[0]) if made is not None else ()
    return given_to(nodes[made[1]]) if made is not None and made[1] < len(nodes) else ()


def roots(tensor: Any) -> list[Any]:
    """The tensors of Inputs that a tensor depends on."""
    found, seen, waiting = [], {id(tensor)}, [tensor]
    while waiting and len(seen) < _MOST_LAYERS:
        each = waiting.pop()
        above = [one for one in before(each) if one is not each]
        if not above:
            found.append(each)
        waiting += [one for one in above if id(one) not in seen]
        seen.update(map(id, above))
    return found


def ends(model: Any, side: str) -> tuple[Any, ...]:
    """The tensors of a model's ``inputs`` or ``outputs``."""
    inner = session.own(model, "_functional") if session.is_kind(model, "Sequential") else None
    graph = model if inner is None else inner
    return tensors(session.own(graph, f"_{side}", f"_nested_{side}", side))


def not_given(model: Any) -> list[Any]:
    """The tensors of Inputs that a model's outputs depend on, and that the model is not given."""
    given = {id(each) for each in ends(model, "inputs")}
    return [root for each in ends(model, "outputs") for root in roots(each) if id(root) not in given]


def input_name(tensor: Any) -> str:
    """What an input of a model is called: like its layer."""
    made = made_by(tensor)
    return str(session.own(made[0], "_name", "name") or "") if made is not None else ""


def tensors(value: Any) -> tuple[Any, ...]:
    """All tensors of a tensor, a list or a dictionary."""
    if is_symbol(value):
        return (value,)
    inner = tuple(value.values()) if type(value) is dict else session.members(value)
    return tuple(tensor for each in inner for tensor in tensors(each))


def layers_of(model: Any) -> tuple[Any, ...]:
    return session.members(session.attribute(model, "layers")) if is_network(model) else ()


def read(node: ast.expr, failure: Failure) -> Any:
    """What an expression stands for, also through ``get_layer`` of a model, which finds a layer by its name."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_layer":
        return _layer(node, failure)
    if isinstance(node, ast.Attribute) and node.attr in _OF_MODELS:
        owner = read(node.value, failure)
        return session.attribute(owner, node.attr) if session.is_kind(owner, "Layer") else None
    if isinstance(node, ast.Subscript):
        owner, found = read(node.value, failure), session.UNKNOWN
        if owner is not None:
            found = session.value_of(_item(node), {"owner": list(session.members(owner))})
        return None if found is session.UNKNOWN else found
    return failing.value_of(node, failure)


def _item(node: ast.Subscript) -> ast.Subscript:
    return ast.Subscript(value=ast.Name(id="owner", ctx=ast.Load()), slice=node.slice, ctx=ast.Load())


def _layer(node: ast.Call, failure: Failure) -> Any:
    assert isinstance(node.func, ast.Attribute)
    layers = layers_of(read(node.func.value, failure))
    given = [*node.args, *(item.value for item in node.keywords if item.arg in ("name", "index"))]
    key = failing.constant(given[0], failure) if len(given) == 1 else None
    if type(key) is int and -len(layers) <= key < len(layers):
        return layers[key]
    return next((each for each in layers if type(key) is str and session.attribute(each, "name") == key), None)


def live_models(failure: Failure) -> Iterator[tuple[str, Any]]:
    """The models that names of the cell stand for."""
    for name, thing in {**dict(session.variables(failure.namespace)), **failure.variables}.items():
        if not name.startswith("_") and is_network(thing):
            yield name, thing

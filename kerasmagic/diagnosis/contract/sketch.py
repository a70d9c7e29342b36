"""A Sequential model that the cell itself writes down: what it would be, as far as its layers are known.

Only what is certain is said: a layer of another class, a computed number, a loop, and the shape is unknown from there.
"""

from __future__ import annotations

import ast
from math import prod
from typing import Any, Mapping

from ...source.nodes import last_name
from .data import Shape
from .network import Layer, Network, canonical_loss

_SAME = (
    "Dropout",
    "BatchNormalization",
    "LayerNormalization",
    "Activation",
    "LeakyReLU",
    "ReLU",
    "PReLU",
    "ELU",
    "Softmax",
    "GaussianNoise",
    "GaussianDropout",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "Rescaling",
    "Normalization",
    "Masking",
    "ActivityRegularization",
    "AlphaDropout",
)
_RECURRENT = ("LSTM", "GRU", "SimpleRNN")
_UNKNOWN = object()


def sketch(tree: ast.Module, name: str, until: ast.AST, namespace: Mapping[str, Any]) -> Network | None:
    """The model of this name as the statements before a place make it; None where they do it in another way."""
    line = getattr(until, "lineno", 0)
    layers: list[ast.expr] | None = None
    compiled: ast.Call | None = None
    for statement in tree.body:
        if statement.lineno >= line:
            break
        call = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
        if isinstance(statement, ast.Assign) and [getattr(each, "id", "") for each in statement.targets] == [name]:
            layers, compiled = _started(call), None
        elif isinstance(call, ast.Call) and _is_method(call, name, "add") and len(call.args) == 1:
            layers = [*layers, call.args[0]] if layers is not None else None
        elif isinstance(call, ast.Call) and _is_method(call, name, "compile"):
            compiled = call
        elif _touches(statement, name):
            return None
    if layers is None:
        return None
    network = _network(layers, namespace)
    return network._replace(compiled=compiled is not None, loss=_loss(compiled)) if network else None


def compiled_anew(tree: ast.Module, name: str, until: ast.AST, network: Network) -> Network | None:
    """A live model after the calls of compile before a place; None where something else changes it."""
    line = getattr(until, "lineno", 0)
    for statement in tree.body:
        if statement.lineno >= line:
            break
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and _is_method(call, name, "compile"):
            network = network._replace(compiled=True, loss=_loss(call))
        elif isinstance(call, ast.Call) and _is_method(call, name, "summary"):
            continue
        elif _touches(statement, name):
            return None
    return network


def _is_method(call: ast.Call, name: str, method: str) -> bool:
    function = call.func
    return isinstance(function, ast.Attribute) and function.attr == method and getattr(function.value, "id", "") == name


def _touches(statement: ast.stmt, name: str) -> bool:
    """Whether a statement may change the model: all that names it, but for the plain reading of its summary."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and _is_method(call, name, "summary"):
        return False
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(statement))


def _started(node: ast.expr | None) -> list[ast.expr] | None:
    if not isinstance(node, ast.Call) or last_name(node.func) != "Sequential" or len(node.args) > 1:
        return None
    given = [*node.args, *(item.value for item in node.keywords if item.arg == "layers")]
    if not given:
        return []
    return list(given[0].elts) if isinstance(given[0], (ast.List, ast.Tuple)) else None


def _loss(call: ast.Call | None) -> str:
    """The loss of a call of compile, if it is written as a string."""
    given = [*call.args[1:2], *(item.value for item in call.keywords if item.arg == "loss")] if call else []
    first = given[0] if given else None
    return canonical_loss(first.value) if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _network(nodes: list[ast.expr], namespace: Mapping[str, Any]) -> Network | None:
    shape: Shape | None = None
    inputs: tuple[Shape, ...] = ()
    layers: list[Layer] = []
    for node in nodes:
        if not isinstance(node, ast.Call):
            return None
        kind = last_name(node.func)
        values = {item.arg: _value(item.value, namespace) for item in node.keywords if item.arg}
        first = _value(node.args[0], namespace) if node.args else values.get("units", values.get("filters", _UNKNOWN))
        declared = values.get("shape", first) if kind in ("Input", "InputLayer") else values.get("input_shape")
        if declared is _UNKNOWN and kind in ("Input", "InputLayer"):
            return None
        if not layers and type(declared) is tuple:
            shape = (None, *declared)
            inputs = (shape,)
        if kind in ("Input", "InputLayer"):
            continue
        units = first if type(first) is int else None
        activation = values.get("activation")
        layers.append(Layer(kind, kind.lower(), units, activation if isinstance(activation, str) else ""))
        shape = _after(kind, shape, units, values)
    outputs = (shape,) if shape is not None else ()
    last = layers[-1] if layers else None
    ends = (last,) if last is not None and outputs else ()
    return Network("Sequential", inputs, outputs, tuple(layers), last, keras="keras", ends=ends)


def _after(kind: str, shape: Shape | None, units: int | None, values: Mapping[str, Any]) -> Shape | None:
    """The shape that a layer gives; None where it is not known."""
    if shape is None:
        return None
    if kind in _SAME:
        return shape
    if kind == "Dense":
        return (*shape[:-1], units)
    if kind == "Flatten":
        return (None, None if None in shape[1:] else prod(size or 0 for size in shape[1:]))
    if kind in _RECURRENT:
        all_steps = values.get("return_sequences", False)
        return None if all_steps is _UNKNOWN else ((None, shape[1], units) if all_steps else (None, units))
    if kind.startswith(("GlobalAveragePooling", "GlobalMaxPooling", "GlobalAvgPool", "GlobalMaxPool")):
        return (None, shape[-1]) if not values.get("keepdims") else None
    if kind.startswith("Conv") and kind[-1:] == "D" and "data_format" not in values:
        return (None, *[None] * (len(shape) - 2), units)
    if kind.startswith(("MaxPool", "AveragePool", "AvgPool")) and "data_format" not in values:
        return (None, *[None] * (len(shape) - 2), shape[-1])
    return None


def _value(node: ast.expr, namespace: Mapping[str, Any]) -> Any:
    """What a plain expression stands for: numbers, strings, tuples of them, whole numbers of the session."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List)):
        values = tuple(_value(each, namespace) for each in node.elts)
        return values if all(each is None or type(each) is int for each in values) else _UNKNOWN
    return _UNKNOWN

"""The batch that a generator gave last, as far as its frame tells: it waits at its yield, with all its variables."""

from __future__ import annotations

import ast
import linecache
from types import FrameType, GeneratorType
from typing import Any, Mapping

from ...source.nodes import last_name
from ..evidence import session
from .data import ARRAY, LIST, OTHER, Data, describe

_MAKES_ARRAYS = ("array", "asarray", "stack")


def last_batch(generator: Any) -> tuple[Data, ...]:
    """The parts of the last batch: inputs, labels, weights; empty where it is no tuple, or nothing is known of it."""
    node = yielded(generator)
    if node is None:
        return ()
    if isinstance(node, ast.Tuple):
        return tuple(described(each, generator.gi_frame) for each in node.elts)
    data = described(node, generator.gi_frame)
    return data.parts if type(data.value) is tuple else ()


def yielded(generator: Any) -> ast.expr | None:
    """What stands behind the yield at which a generator waits; None where that is not known."""
    frame = generator.gi_frame if type(generator) is GeneratorType else None
    if frame is None:
        return None
    try:
        tree = ast.parse(_source(frame))
    except (SyntaxError, ValueError):
        return None
    name = frame.f_code.co_name
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name)
    yields = (node for function in functions for node in ast.walk(function) if isinstance(node, ast.Yield))
    here = (node for node in yields if node.lineno <= frame.f_lineno <= (node.end_lineno or node.lineno))
    return next((node.value for node in here), None)


def written(node: ast.expr, generator: Any) -> str:
    """The text of a part of what a generator yields."""
    return ast.get_source_segment(_source(generator.gi_frame), node) or ""


def _source(frame: FrameType) -> str:
    return "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))


def described(node: ast.expr, frame: FrameType) -> Data:
    """What an expression stood for when the generator gave it."""
    known = _variables(frame)
    if isinstance(node, (ast.List, ast.Tuple)):
        parts = tuple(described(each, frame) for each in node.elts)
        return Data(None, LIST, (len(parts),), parts=parts)
    if isinstance(node, ast.Call) and last_name(node.func) in _MAKES_ARRAYS and node.args:
        inner = described(node.args[0], frame)
        return Data(None, ARRAY, _shape_of_all(inner), inner.dtype or (inner.parts[0].dtype if inner.parts else ""))
    value = session.value_of(node, known)
    return Data(None, OTHER) if value is session.UNKNOWN else describe(value)


def _shape_of_all(data: Data) -> tuple[int | None, ...] | None:
    """The shape of the array that a list of numbers or of arrays of one shape becomes."""
    shapes = {part.shape for part in data.parts}
    if data.form != LIST or data.dtype or len(shapes) != 1 or None in shapes or data.shape is None:
        return data.shape
    return (*data.shape[:1], *(shapes.pop() or ()))


def _variables(frame: FrameType) -> Mapping[str, Any]:
    return {**frame.f_globals, **{name: value for name, value in frame.f_locals.items() if type(name) is str}}

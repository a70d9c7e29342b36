"""A generator that gives arrays to ``predict_generator``: predict of Keras 3 takes them in a tuple."""

from __future__ import annotations

import ast
import linecache
from types import FunctionType
from typing import Any, Iterator, Mapping, NamedTuple

from ...diagnosis.evidence.cell import CellFacts
from ...source.edits import Edit
from ...source.nodes import last_name

_MAKES_ARRAYS = ("array", "asarray", "stack", "concatenate")


class InTuples(NamedTuple):
    """What has to change beside the call."""

    edits: tuple[Edit, ...] = ()
    """Where the generator is written in this cell."""
    about: str = ""
    """Where it is written elsewhere, in a sentence."""


def in_tuples(call: ast.Call, facts: CellFacts, namespace: Mapping[str, Any] | None) -> InTuples:
    """The yields of an array alone, in the generator function that a call is given."""
    given = next((item.value for item in call.keywords if item.arg == "generator"), call.args[0] if call.args else None)
    name = last_name(given.func) if isinstance(given, ast.Call) and isinstance(given.func, ast.Name) else ""
    here = list(_arrays(facts.cell.placed, name))
    if here:
        ranges = [facts.cell.range(node) for node in here]
        return InTuples(tuple(Edit(where, f"({facts.cell.segment(where)},)") for where in ranges))
    function = (namespace or {}).get(name)
    if type(function) is not FunctionType:
        return InTuples()
    text = "".join(linecache.getlines(function.__code__.co_filename))
    try:
        there = list(_arrays(ast.walk(ast.parse(text)), name))
    except (SyntaxError, ValueError):
        return InTuples()
    if not there:
        return InTuples()
    return InTuples(about=f"Keras 3 wants a tuple: write yield ({ast.get_source_segment(text, there[0])},) in {name}.")


def _arrays(nodes: Any, name: str) -> Iterator[ast.expr]:
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == name)
    for node in (each for function in functions for each in ast.walk(function)):
        value = node.value if isinstance(node, ast.Yield) else None
        if isinstance(value, ast.Call) and last_name(value.func) in _MAKES_ARRAYS:
            yield value

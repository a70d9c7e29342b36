"""What the expressions of a cell that failed stood for when it did: the frames of its traceback hold the objects."""

from __future__ import annotations

import ast
from typing import Any, Iterator, Mapping

from ...source.bindings import object_value
from ...source.cell import Cell, read_cell
from ...source.values import Value
from .session import UNKNOWN, value_of


def shown_on_line(source: str, line: str, names: Mapping[str, Any], missing: str, owner: Any) -> dict[str, Value]:
    """What the expressions were, by their text, that a line asks for attributes.

    Parameters and names of a function are known only when it runs, and so is what a call gave: ``model`` of
    ``def train(model)``, ``self.model``, ``models[0]``.

    Arguments:
        source: the cell as typed.
        line: the line that failed.
        names: what its names stood for.
        missing: the attribute that was not there, if it was one.
        owner: the object that lacks it, where the exception carries it.
    """
    found: dict[str, Value] = {}
    cell = read_cell(source)
    for node in _on_line(line, cell):
        thing = value_of(node.value, names)
        if thing is UNKNOWN and node.attr == missing:
            thing = owner
        value = None if thing is UNKNOWN else _value(thing)
        if value is not None:
            found[cell.segment(cell.range(node.value))] = value
    return found


def _value(thing: Any) -> Value:
    try:
        return object_value(thing)
    except Exception:  # the user's objects may do anything, in ``__dict__`` or ``__class__`` too
        return None


def _on_line(line: str, cell: Cell) -> Iterator[ast.Attribute]:
    """What is asked for an attribute on the line that failed."""
    for node in cell.attributes.values():
        text = cell.lines[node.lineno - 1 : node.end_lineno]
        if line and line in map(str.strip, text):
            yield node

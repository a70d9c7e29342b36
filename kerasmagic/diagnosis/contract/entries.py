"""The arrays of an argument one by one: of ``[a, b]`` and ``{'age': a}`` what they hold, and what to call it."""

from __future__ import annotations

import ast
from typing import NamedTuple, Sequence

from ..evidence import failed_cell as failing
from ..evidence.cell import CellFacts
from .data import ARRAY, DICT, LIST, TABLE, TENSOR, Data
from .training import Training

WITH_LENGTH = (ARRAY, TABLE, TENSOR)
_ROLES = {"x": "input", "y": "labels", "sample_weight": "weights"}


class Entry(NamedTuple):
    """One of the arrays, or what stands in the place of one."""

    name: str
    """As the cell writes it, its key, or its place: ``x2``, ``age``, ``input 2``."""
    data: Data
    is_written: bool = False
    """Whether the name is code of the cell."""
    node: ast.expr | None = None
    """That code."""


def entries(call: Training, role: str) -> list[Entry]:
    """What an argument holds; of a single array that array."""
    data, node = call.given.get(role), call.written.get(role)
    if data is None:
        return []
    if data.form == DICT:
        values = node.values if isinstance(node, ast.Dict) else []
        return [_entry(*each, call.facts) for each in zip(data.names, data.parts, _padded(values, data))]
    if data.form == LIST and any(part.form in WITH_LENGTH for part in data.parts):
        items = node.elts if isinstance(node, (ast.List, ast.Tuple)) else []
        names = [f"{_ROLES[role]} {place}" for place in range(1, len(data.parts) + 1)]
        return [_entry(*each, call.facts) for each in zip(names, data.parts, _padded(items, data))]
    return [_entry(call.text(role), data, node, call.facts)]


def all_entries(call: Training) -> list[tuple[str, Entry]]:
    """The arrays of all arguments of a call, those of validation_data with them, each with what it is for."""
    return [
        (role, entry)
        for each in call.with_validation
        for role in _ROLES
        if role in each.given
        for entry in entries(each, role)
    ]


def _padded(nodes: Sequence[ast.expr], data: Data) -> Sequence[ast.expr | None]:
    return nodes if len(nodes) == len(data.parts) else [None] * len(data.parts)


def _entry(name: str, data: Data, node: ast.expr | None, facts: CellFacts | None) -> Entry:
    if facts is None or not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        return Entry(name, data)
    text = failing.text_of(node, facts)
    return Entry(text, data, True, node) if len(text) <= 30 and "\n" not in text else Entry(name, data)

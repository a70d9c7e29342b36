"""The parts of a cell that build a graph of their own: ``with tf.Graph().as_default():``, ``with tf.Session(graph=g)``.

In them TensorFlow 2 does not compute at once, so that what needs a graph works there as it did in TensorFlow 1.
"""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...source.nodes import last_name
from ...source.position import Range
from ..evidence.cell import CellFacts

_SESSIONS = ("Session", "InteractiveSession")
_CALLED_A_GRAPH = re.compile(r"[Gg]raph\d*$|^g\d*$")
"""What an earlier cell has made: sessions and writers have an ``as_default``, too."""


def is_in_a_graph(where: Range, facts: CellFacts) -> bool:
    """Whether a place of a cell runs only where a graph of the program's own is built."""
    blocks = _blocks(facts)
    return any(_within(where, block) for block in blocks) or _is_called_in(blocks, where, facts)


def has_its_graph(where: Range, facts: CellFacts) -> bool:
    """Whether a session is made for a graph: ``tf.Session(graph=g)``."""
    ends = (where.end_line, where.end_column)
    calls = (node for node in facts.cell.placed if isinstance(node, ast.Call) and last_name(node.func) in _SESSIONS)
    found = (call for call in calls if ends in (_ends(facts.cell.range(call.func)), _ends(facts.cell.range(call))))
    return any(map(_is_given_a_graph, found))


def _blocks(facts: CellFacts) -> list[Range]:
    """Where graphs are built: from behind the item of a with statement that begins one, to the statement's end."""
    graphs = _graphs(facts)
    return [
        Range(*_ends(facts.cell.range(item.context_expr)), *_ends(facts.cell.range(node)))
        for node in facts.cell.placed
        if isinstance(node, ast.With)
        for item in node.items
        if _begins_a_graph(item.context_expr, graphs)
    ]


def _begins_a_graph(node: ast.expr, graphs: set[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if last_name(node.func) in _SESSIONS:
        return _is_given_a_graph(node)
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "as_default":
        return False
    owner = node.func.value
    return _makes_a_graph(owner) or last_name(owner) in graphs or _CALLED_A_GRAPH.search(last_name(owner)) is not None


def _is_given_a_graph(call: ast.Call) -> bool:
    return any(keyword.arg == "graph" for keyword in call.keywords)


def _graphs(facts: CellFacts) -> set[str]:
    """The names and attributes that the cell gives to graphs that it makes."""
    made = (node for node in facts.cell.placed if isinstance(node, ast.Assign) and _makes_a_graph(node.value))
    return {last_name(target) for node in made for target in node.targets} - {""}


def _makes_a_graph(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) == "Graph"


def _is_called_in(blocks: list[Range], where: Range, facts: CellFacts, asked: tuple[str, ...] = ()) -> bool:
    """Whether a place is in a function that is called from such blocks, straight or through others, and from nowhere
    else."""
    functions = [node for node in facts.cell.placed if isinstance(node, ast.FunctionDef) and node.name not in asked]
    around = [node for node in functions if _within(where, facts.cell.range(node))]
    return any(_is_called_only_in(blocks, function, facts, (*asked, function.name)) for function in around)


def _is_called_only_in(
    blocks: list[Range], function: ast.FunctionDef, facts: CellFacts, asked: tuple[str, ...]
) -> bool:
    uses = list(_uses(function, facts))
    in_block = [
        any(_within(use, block) for block in blocks) or _is_called_in(blocks, use, facts, asked) for use in uses
    ]
    return bool(uses) and all(in_block)


def _uses(function: ast.FunctionDef, facts: CellFacts) -> Iterator[Range]:
    for node in facts.cell.placed:
        if isinstance(node, (ast.Name, ast.Attribute)) and last_name(node) == function.name:
            yield facts.cell.range(node)


def _within(inner: Range, outer: Range) -> bool:
    return (outer.line, outer.column) <= (inner.line, inner.column) and _ends(inner) <= _ends(outer)


def _ends(where: Range) -> tuple[int, int]:
    return where.end_line, where.end_column

"""SyncBatchNormalization, which became an argument: ``BatchNormalization(synchronized=True)``."""

from __future__ import annotations

import ast
from typing import Iterator

from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.problem import Proposal
from ..resolve.moved import lookup
from ..resolve.world import World
from .rewrite import import_edits, import_statement
from .search import MOVED, Candidate

_OLD, _NEW = "experimental.SyncBatchNormalization", "BatchNormalization"


def synchronized(reference: Reference, facts: CellFacts, world: World) -> Iterator[Proposal]:
    """The edit of all that a cell does with the class: it is called, or a class of the cell is built on it."""
    new = reference.name.replace(_OLD, _NEW)
    signature = world.parameters(new) if reference.name.endswith(_OLD) and lookup(new, world) else None
    if signature is None or "synchronized" not in [each.name for each in signature.parameters]:
        return
    uses = [node for node in facts.cell.placed if isinstance(node, ast.expr) and _is_use(node, reference, facts)]
    made = [_made_by(use, facts) for use in uses]
    calls = [call for call in made if call is not None]
    if calls and len(calls) == len(uses):
        edits = [*_renamed(reference, new, uses, facts), *(_with_argument(call, facts) for call in calls)]
        yield Proposal("Use BatchNormalization(synchronized=True)", tuple(edits), f"{new} takes this argument.")


def _is_use(node: ast.expr, reference: Reference, facts: CellFacts) -> bool:
    if reference.kind == "from":
        return isinstance(node, ast.Name) and node.id == reference.bound
    return isinstance(node, ast.Attribute) and facts.cell.segment(facts.cell.range(node)) == reference.written


def _made_by(use: ast.expr, facts: CellFacts) -> ast.Call | None:
    """The call that makes the layer: of the class itself, or ``super().__init__(…)`` of one that is built on it."""
    for node in facts.cell.placed:
        if isinstance(node, ast.Call) and node.func is use:
            return node
        if isinstance(node, ast.ClassDef) and use in node.bases:
            return _call_of_base(node)
    return None


def _call_of_base(node: ast.ClassDef) -> ast.Call | None:
    calls = (
        call
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"
    )
    owners = [call for call in calls if _is_super(call.func.value)]  # type: ignore[attr-defined]
    return owners[0] if len(owners) == 1 else None


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) == "super"


def _renamed(reference: Reference, new: str, uses: list[ast.expr], facts: CellFacts) -> list[Edit]:
    """The other class, under the name that the cell has imported."""
    statement = import_statement(facts.cell, reference) if reference.kind == "from" else None
    if statement is not None:
        return import_edits(facts.cell, statement, ((reference, Candidate(new, "class", MOVED)),))[0]
    return [Edit(facts.cell.range(use), reference.written.replace(_OLD, _NEW)) for use in uses]


def _with_argument(call: ast.Call, facts: CellFacts) -> Edit:
    """``synchronized=True`` behind what is given by its place, and before all else."""
    last = facts.cell.range(call.args[-1] if call.args else call.func)
    start = facts.cell.span(last)[1]
    if call.args:
        text = ", synchronized=True"
    else:
        start = facts.cell.text.index("(", start) + 1
        text = "synchronized=True" + (", " if call.keywords else "")
    return Edit(facts.cell.between(start, start), text)

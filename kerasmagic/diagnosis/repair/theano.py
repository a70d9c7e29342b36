"""What turned the kernels of convolutions for Theano: with another backend a program does without."""

from __future__ import annotations

import ast
from typing import Iterator

from ...source.edits import Edit
from ...source.imports import import_without
from ...source.nodes import last_name
from ...source.position import Range
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.problem import Proposal

TURNS = "convert_all_kernels_in_model"


def without_turning(reference: Reference, facts: CellFacts) -> Iterator[Proposal]:
    """The cell without the import, and without what runs with Theano only."""
    imported = import_without(facts.cell, reference) if reference.member == TURNS else None
    uses = [node for node in facts.cell.placed if isinstance(node, ast.Name) and node.id == reference.bound]
    branches = [node for node in facts.cell.placed if _runs_with_theano_only(node, reference.bound)]
    covered = [name for branch in branches for name in ast.walk(branch) if name in uses]
    if imported is None or not branches or len(covered) < len(uses):
        return  # without its uses, a cell tells nothing of what the next one does
    where, rest = imported
    edits = [Edit(where, rest) if rest else _gone(where, facts)]
    edits += [_gone(facts.cell.range(branch), facts) for branch in branches]
    yield Proposal(
        f"Leave out {TURNS}: it is for weights that Theano has trained",
        tuple(edits),
        "The lines that use it run with the Theano backend only.",
        shown=rest,
        unbinds=(reference.bound,),
    )


def _runs_with_theano_only(node: ast.AST, name: str) -> bool:
    """``if K.backend() == 'theano': convert_all_kernels_in_model(model)``"""
    if not isinstance(node, ast.If) or node.orelse or "'theano'" not in ast.dump(node.test):
        return False
    values = [statement.value for statement in node.body if isinstance(statement, ast.Expr)]
    calls = [value for value in values if isinstance(value, ast.Call) and last_name(value.func) == name]
    return len(calls) == len(node.body)


def _gone(where: Range, facts: CellFacts) -> Edit:
    """A statement with its line, where nothing else is on it."""
    first, last = facts.cell.lines[where.line - 1], facts.cell.lines[where.end_line - 1]
    alone = not first[: where.column].strip() and not last[where.end_column :].strip()
    if alone and where.end_line < len(facts.cell.lines):
        return Edit(Range(where.line, 0, where.end_line + 1, 0), "")
    return Edit(where, "pass")

"""A package with a module for the package keras and one for tf.keras: ``efficientnet.keras``, ``efficientnet.tfkeras``.

Both give the same things, made of what their Keras has. The first was written when keras was a package of its own, and
asks Keras 3 for what only tf.keras kept.
"""

from __future__ import annotations

import ast
import re
import sys
from typing import Iterator, NamedTuple

from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.history import cells_run
from ...diagnosis.model.problem import EarlierCell, Fix, Problem, Proposal
from ...diagnosis.resolve import on_disk
from ...source.cell import Cell
from ...source.edits import Edit
from ...source.imports import chain

_OLD, _NEW = "keras", ("tfkeras", "tf_keras")


class Doors(NamedTuple):
    """The two modules of a package."""

    old: str
    new: str


def by_the_door_for_tf_keras(problem: Problem, package: str, failure: Failure) -> Problem:
    """The problem of a package with the import of its module for tf.keras, in the cell that imports the other one; as
    it is where the package has no such module."""
    doors = _doors_of(package, failure)
    if doors is None:
        return problem
    manual = Fix("manual", f"Import {doors.new} in place of {doors.old}: it has the same for tf.keras.")
    for ran in reversed(cells_run(failure)):
        edits = _edits(ran.cell, doors)
        if edits is None:
            break
        if edits:
            proposal = Proposal(
                f"Import from {doors.new}",
                tuple(edits),
                f"{doors.new} is installed beside {doors.old}, and has the same for tf.keras.",
                shown="\n".join(edit.text for edit in edits),
            )
            earlier = None if ran.failed else EarlierCell(ran.cell.text, ran.number)
            return problem.with_ways((proposal, manual))._replace(earlier=earlier)
    return problem._replace(fixes=(manual,))


def _doors_of(package: str, failure: Failure) -> Doors | None:
    """Both modules, where the program uses the one for the package keras."""
    old = f"{package}.{_OLD}"
    used = old in sys.modules or any(frame.module == old for frame in failure.frames)
    if not used or on_disk.import_module(old) is None:
        return None
    return next((Doors(old, f"{package}.{new}") for new in _NEW if on_disk.import_module(f"{package}.{new}")), None)


def _edits(cell: Cell, doors: Doors) -> list[Edit] | None:
    """The imports of a cell with the other module; None where that lacks a name which the cell takes from the first."""
    found = [edit for node in cell.placed for edit in _of_statement(node, cell, doors)]
    return found if not found or all(on_disk.import_from(doors.new, name) for name in _taken(cell, doors)) else None


def _of_statement(node: ast.AST, cell: Cell, doors: Doors) -> Iterator[Edit]:
    package, _, last = doors.old.rpartition(".")
    imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    source = node.module if isinstance(node, ast.ImportFrom) and not node.level else ""
    if isinstance(node, (ast.Import, ast.ImportFrom)) and doors.old in (*imported, source):
        yield _with(doors, node, cell)
    elif isinstance(node, ast.ImportFrom) and source == package:
        if any(alias.name == last for alias in node.names):
            where, new = cell.range(node), doors.new.rpartition(".")[2]
            named = re.compile(rf"(?<=[\s,(]){last}(\s+as\b)?(?!\w)")
            text = named.sub(lambda match: f"{new} as" if match[1] else f"{new} as {last}", cell.segment(where), 1)
            yield Edit(where, text)
    elif isinstance(node, ast.Attribute) and chain(node) == doors.old.split("."):
        yield Edit(cell.range(node), doors.new)


def _with(doors: Doors, statement: ast.stmt, cell: Cell) -> Edit:
    where = cell.range(statement)
    return Edit(where, re.sub(rf"\b{re.escape(doors.old)}(?![\w.])", doors.new, cell.segment(where)))


def _taken(cell: Cell, doors: Doors) -> set[str]:
    """The names that a cell takes from the module: in its imports, and through the name that the module has there."""
    names: set[str] = set()
    bound = {doors.old}
    for node in cell.placed:
        if isinstance(node, ast.ImportFrom) and node.module == doors.old:
            names.update(alias.name for alias in node.names if alias.name != "*")
        elif isinstance(node, ast.ImportFrom) and f"{node.module}.{_OLD}" == doors.old:
            bound.update(alias.asname or alias.name for alias in node.names if alias.name == _OLD)
        elif isinstance(node, ast.Import):
            bound.update(alias.asname for alias in node.names if alias.name == doors.old and alias.asname)
    attributes = (node for node in cell.placed if isinstance(node, ast.Attribute))
    return names | {node.attr for node in attributes if ".".join(chain(node.value)) in bound}

"""Which edit makes a reference ask for another name, with the same names bound as before."""

from __future__ import annotations

import ast
import builtins
from typing import Tuple, Union

from ...source.bindings import Bindings
from ...source.cell import Cell
from ...source.edits import Edit
from ...source.imports import Move, ensure_import, rebind, replace_name
from ...source.layout import alias_ranges
from ...source.position import Range
from ...source.reference import Reference
from ..model.move import split_tree
from .search import ALIKE, SPELLING, Candidate

Import = Union[ast.Import, ast.ImportFrom]
Pairs = Tuple[Tuple[Reference, Candidate], ...]


def import_statement(cell: Cell, reference: Reference) -> Import | None:
    """The statement that holds the imported name of a reference."""
    assert cell.tree is not None
    for node in ast.walk(cell.tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and reference.range in alias_ranges(cell, node):
            return node
    return None


def references_of(cell: Cell, statement: Import, references: tuple[Reference, ...]) -> list[Reference]:
    """The references that a statement makes, one for each imported name, in order."""
    ranges = alias_ranges(cell, statement)
    return [reference for reference in references if reference.kind in ("import", "from") and reference.range in ranges]


def import_edits(cell: Cell, statement: Import, pairs: Pairs, used: bool = False) -> tuple[list[Edit], str]:
    """The edits that import other things under the same names, and the new statement; empty where that cannot be.

    Arguments:
        used: whether the cell goes through the name of the package that ``import a.b`` binds.
    """
    if len(statement.names) == 1 and len(pairs) == 1:
        text = _by_itself(*pairs[0], used)
        if text:
            return [Edit(cell.range(statement), text)], text
    moves = [_move(reference, candidate) for reference, candidate in pairs]
    sure = [move for move in moves if move is not None]
    if len(sure) < len(moves):
        return [], ""
    edits = rebind(cell, sure)
    where = cell.range(statement)
    return edits, next((edit.text for edit in edits if edit.range == where), cell.segment(where))


def _by_itself(reference: Reference, candidate: Candidate, used: bool) -> str:
    """The statements that have another form than the one they replace."""
    if candidate.name == candidate.name.partition(".")[0] and reference.kind == "from" and reference.member != "*":
        return f"import {candidate.name}" + (f" as {reference.bound}" if reference.bound != candidate.name else "")
    root, _, rest = reference.module.partition(".")
    if reference.kind == "import" and candidate.kind != "module":  # import names modules only
        parent, _, last = candidate.name.rpartition(".")
        if used and reference.bound == root:
            return f"import {parent}"
        as_ = f" as {reference.bound}" if reference.bound not in (root, last) else ""
        return f"from {parent} import {last}{as_}"
    if reference.kind != "import" or reference.bound != root or candidate.name.partition(".")[0] == root:
        return ""
    # ``import keras.utils`` binds ``keras``: it is taken from where it is now, with all that is below it.
    tree = candidate.name[: -len(rest) - 1] if rest and candidate.name.endswith("." + rest) else candidate.name
    if tree == candidate.name and rest:
        whole = split_tree(candidate.name) if root in ("keras", "tf_keras") else None
        if whole is None:
            return ""
        tree = whole[0]
    parent, _, last = tree.rpartition(".")
    as_ = f" as {root}" if last != root else ""
    return f"from {parent} import {last}{as_}" if parent else f"import {last}{as_}"


def _move(reference: Reference, candidate: Candidate) -> Move | None:
    parent, _, last = candidate.name.rpartition(".")
    if reference.member == "*":
        return Move(reference, candidate.name)
    if reference.kind == "from":
        respelled = candidate.how in (SPELLING, ALIKE) or candidate.respelled
        renames = respelled and reference.bound == reference.member
        return Move(reference, parent, last, renames) if parent else None
    if candidate.importable:
        renamed = reference.bound != reference.module.partition(".")[0]
        same_root = candidate.name.partition(".")[0] == reference.module.partition(".")[0]
        return Move(reference, candidate.name) if renamed or same_root else None
    return Move(reference, parent, last) if parent else None


def rebind_edits(
    cell: Cell, reference: Reference, name: str, references: tuple[Reference, ...], bindings: Bindings
) -> tuple[list[Edit], str]:
    """The edits that bind another module to the name through which an expression goes: ``K`` of ``K.get_value``.

    Empty where the new name is not the old one below another module.
    """
    local, _, rest = reference.written.partition(".")
    value = bindings.names.get(local)
    if not isinstance(value, str) or reference.name != f"{value}.{rest}" or not name.endswith(f".{rest}"):
        return [], ""
    module = name[: -len(rest) - 1]
    imported = [other for other in references if other.bound == local and other.range.line <= reference.range.line]
    statement = import_statement(cell, imported[-1]) if imported else None
    if statement is not None:
        return import_edits(cell, statement, ((imported[-1], Candidate(module, "module", "", True)),))
    parent, _, last = module.rpartition(".")
    text = f"from {parent} import {last}" + (f" as {local}" if last != local else "")
    return (ensure_import(cell, text, reference.range), text) if parent else ([], "")


def name_edits(cell: Cell, reference: Reference, name: str, bindings: Bindings) -> tuple[list[Edit], str]:
    """The edits that write another name in an expression, and the new expression, with an import where it needs one."""
    local = reference.written.partition(".")[0]
    text = _spelled_with(name, bindings, prefer=local)
    if text is not None and text != reference.written:
        return replace_name(cell, reference, text), text
    if name == "tensorflow":
        used = replace_name(cell, reference, "tf") if "tf" not in bindings.names else []
        statement = "import tensorflow as tf"
        return ([*ensure_import(cell, statement, reference.range), *used], f"{statement}\ntf") if used else ([], "")
    parent, _, bound = name.rpartition(".")
    if bound.startswith("__") and parent and "." not in parent and parent not in bindings.names:
        used = replace_name(cell, reference, name)  # a notebook's own __version__ would be another one's
        statement = f"import {parent}"
        return ([*ensure_import(cell, statement, reference.range), *used], f"{statement}\n{name}") if used else ([], "")
    if not parent and bound not in bindings.names:  # a package
        used, statement = replace_name(cell, reference, bound), f"import {bound}"
        brought = ensure_import(cell, statement, reference.range)
        return ([*brought, *used], f"{statement}\n{bound}") if used else ([], "")
    text = bound
    if hasattr(builtins, bound):  # with ``from keras.ops import sum``, no cell further down could sum anything else
        parent, _, bound = parent.rpartition(".")
        text = f"{bound}.{text}"
    if bound in bindings.names or not parent:
        return [], ""
    statement = f"from {parent} import {bound}"
    replaced = replace_name(cell, reference, text)
    return (
        ([*ensure_import(cell, statement, reference.range), *replaced], f"{statement}\n{text}")
        if replaced
        else ([], "")
    )


def _spelled_with(name: str, bindings: Bindings, prefer: str) -> str | None:
    """A dotted name through the names that are bound: ``tensorflow.math.log`` is ``tf.math.log``; None without any."""
    found: list[tuple[bool, int, str]] = []
    for local, value in bindings.names.items():
        if isinstance(value, str) and (name == value or name.startswith(value + ".")):
            found.append((local == prefer, len(value), local + name[len(value) :]))
    return max(found)[2] if found else None


def spelled(cell: Cell, names: tuple[str, ...], bindings: Bindings, use: Range) -> tuple[str, list[Edit]] | None:
    """How a cell writes the first of some names that it has already, or the last one with an import of it.

    None where the import would bind another name anew.
    """
    for name in names:
        text = _spelled_with(name, bindings, prefer="")
        if text is not None:
            return text, []
    parent, _, bound = names[-1].rpartition(".")
    if not parent or bound in bindings.names or hasattr(builtins, bound):
        return None
    return bound, ensure_import(cell, f"from {parent} import {bound}", use)

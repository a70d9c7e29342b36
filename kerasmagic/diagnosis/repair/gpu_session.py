"""The session of TensorFlow 1 that programs made only for the settings of a GPU: TensorFlow 2 has none."""

from __future__ import annotations

import ast

from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range
from ..evidence.cell import CellFacts
from ..model.problem import Proposal
from . import keras2

_MADE = ("ConfigProto", "GPUOptions", "Session", "InteractiveSession")
_SETTERS = ("set_session",)
_MODULE = "tensorflow_backend"


def without_session(facts: CellFacts) -> Proposal | None:
    """The cell without the statements that make and set a session, where they are all that knows it; None otherwise.

    ``allow_growth`` has a setting of its own in TensorFlow 2, which takes their place.
    """
    tree = facts.cell.tree
    if tree is None or not (keras2.only_makes_a_session(facts) or _only_configures(facts)):
        return None
    names: set[str] = set()
    dropped: list[ast.stmt] = []
    for statement in tree.body:
        if _is_of_a_session(statement, names):
            dropped.append(statement)
            names |= _bound(statement)
    kept = [node for statement in tree.body if statement not in dropped for node in ast.walk(statement)]
    if all(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in dropped):
        return None  # another cell uses what is imported
    if any(isinstance(node, ast.Name) and node.id in names for node in kept):
        return None
    edits = [_without(statement, facts) for statement in dropped]
    if any(edit is None for edit in edits):
        return None
    sure = [edit for edit in edits if edit is not None]
    tensorflow = next((name for name, value in facts.after.names.items() if value == "tensorflow"), "tf")
    grows = _grows(dropped)
    if grows:
        last = max(edit.range.line for edit in sure)
        growth = (
            f"for gpu in {tensorflow}.config.list_physical_devices('GPU'):\n"
            f"    {tensorflow}.config.experimental.set_memory_growth(gpu, True)\n"
        )
        sure = [edit._replace(text=growth) if edit.range.line == last else edit for edit in sure]
    return Proposal(
        "Leave the session out",
        tuple(sure),
        "TensorFlow 2 computes without sessions.",
        "Limits that the session set, such as per_process_gpu_memory_fraction, hold no longer."
        if not grows
        else "Other settings of the session hold no longer.",
        unbinds=tuple(sorted(names)),
    )


def _only_configures(facts: CellFacts) -> bool:
    """Whether a configuration is all that is made."""
    return not keras2.asked_of_graphs(facts) and "ConfigProto" in facts.text


def _is_of_a_session(statement: ast.stmt, names: set[str]) -> bool:
    """Whether a statement makes, changes or sets a session, or imports what does.

    Arguments:
        names: what the statements before it have bound.
    """
    if isinstance(statement, ast.ImportFrom):
        return [alias.name for alias in statement.names] in (["set_session"], [_MODULE])
    if isinstance(statement, ast.Import):
        return len(statement.names) == 1 and statement.names[0].name.endswith(f".{_MODULE}")
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Call) and last_name(statement.value.func) in _SETTERS
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    target = statement.targets[0]
    if isinstance(target, ast.Name):
        return isinstance(statement.value, ast.Call) and last_name(statement.value.func) in _MADE
    while isinstance(target, ast.Attribute):
        target = target.value
    return isinstance(target, ast.Name) and target.id in names


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name for alias in statement.names if alias.asname or "." not in alias.name}
    stored = (node for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return {node.id for node in stored}


def _grows(statements: list[ast.stmt]) -> bool:
    """``config.gpu_options.allow_growth = True``, or ``GPUOptions(allow_growth=True)``."""
    for node in (inner for statement in statements for inner in ast.walk(statement)):
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        assigned = isinstance(target, ast.Attribute) and target.attr == "allow_growth"
        value = node.value if isinstance(node, (ast.Assign, ast.keyword)) else None
        given = isinstance(node, ast.keyword) and node.arg == "allow_growth"
        if (assigned or given) and isinstance(value, ast.Constant) and value.value is True:
            return True
    return False


def _without(statement: ast.stmt, facts: CellFacts) -> Edit | None:
    """The lines of a statement taken out; None where they hold more than it."""
    where = facts.cell.range(statement)
    lines = facts.cell.lines[where.line - 1 : where.end_line]
    before, behind = lines[0][: where.column], lines[-1][where.end_column :].strip()
    if before.strip() or (behind and not behind.startswith("#")):
        return None
    end = (where.end_line + 1, 0) if where.end_line < len(facts.cell.lines) else (where.end_line, len(lines[-1]))
    return Edit(Range(where.line, 0, *end), "")

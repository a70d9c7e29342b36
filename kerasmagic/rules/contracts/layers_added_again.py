"""A cell of ``model.add`` that ran before, while the cell that makes the model did not run again."""

from __future__ import annotations

import ast

from ...diagnosis.contract.answer import Finding
from ...diagnosis.contract.held_layers import top_layers
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import last_name, string


def added_again(failure: Failure) -> Finding | None:
    """What to say where the model has all the named layers that the cell adds, and the cell does not make it."""
    facts = failing.facts_of(failure)
    line = next(failing.calls(failure, facts), None) if facts is not None else None
    owner = line.func.value if line is not None and isinstance(line.func, ast.Attribute) else None
    if facts is None or not isinstance(owner, ast.Name) or _is_made(owner.id, facts.cell.placed):
        return None
    calls = (node for node in failing.calls_of("add", facts) if _owner(node) == owner.id)
    written = (item.value for node in calls for made in node.args[:1] for item in _keywords(made) if item.arg == "name")
    added = list(dict.fromkeys(name for name in map(string, written) if name is not None))
    names = [session.own(each, "_name", "name") for each in top_layers(failing.value_of(owner, failure))]
    if not added or not all(name in names for name in added):
        return None
    return Finding(
        f"{owner.id} has {', '.join(added[:4])}{' and more' if len(added) > 4 else ''} already: "
        "this cell has run before",
        "add puts a layer behind those that the model has. Each layer of a model has a name of its own; without names "
        "they would be there twice.",
        advice=(f"Run the cell that makes {owner.id} first, then this one; or put both into one cell.",),
        reference="Sequential.add",
    )


def _is_made(name: str, placed: list[ast.AST]) -> bool:
    """Whether the cell gives the name to something itself."""
    return any(isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store) for node in placed)


def _owner(call: ast.Call) -> str:
    return last_name(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def _keywords(node: ast.expr) -> list[ast.keyword]:
    return node.keywords if isinstance(node, ast.Call) else []

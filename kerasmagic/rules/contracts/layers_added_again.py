"""A cell of ``model.add`` that ran before, while the cell that makes the model did not run again."""

from __future__ import annotations

import ast
from typing import Any

from ...diagnosis.contract.answer import Finding
from ...diagnosis.contract.held_layers import top_layers
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import last_name, string


def added_again(failure: Failure) -> Finding | None:
    """What to say where the model has all layers that the cell names, two at least, and the cell does not make it."""
    facts = failing.facts_of(failure)
    line = next(failing.calls(failure, facts), None) if facts is not None else None
    owner = line.func.value if line is not None and isinstance(line.func, ast.Attribute) else None
    if facts is None or not isinstance(owner, ast.Name) or _is_made(owner.id, facts.cell.placed):
        return None
    calls = (node for node in failing.calls_of("add", facts) if _owner(node) == owner.id)
    found = [(string(item.value), node.lineno) for node in calls for item in _keywords(node) if item.arg == "name"]
    added = [name for name, _ in found if name is not None]
    held = [session.own(each, "_name", "name") for each in top_layers(failing.value_of(owner, failure))]
    if not _is_again(added, held) or line is None or line.lineno != min(at for _, at in found):
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


def _is_again(added: list[str], held: list[Any]) -> bool:
    """Whether all is there already: one name alone may be that of another layer, and one written twice clashes with
    itself."""
    return len(set(added)) == len(added) > 1 and all(name in held for name in added)


def _owner(call: ast.Call) -> str:
    return last_name(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def _keywords(added: ast.Call) -> list[ast.keyword]:
    """What the layer is made with that is added."""
    made = added.args[0] if added.args else None
    return made.keywords if isinstance(made, ast.Call) else []

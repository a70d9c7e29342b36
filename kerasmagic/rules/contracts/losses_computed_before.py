"""``minimize(lambda: cost)``: the function gives a number that was computed before, and no tape has seen how."""

from __future__ import annotations

import ast

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import last_name, returned


def loss_computed_before(failure: Failure, facts: CellFacts) -> Finding | None:
    for call in failing.calls(failure, facts):
        given = [*call.args[:1], *(item.value for item in call.keywords if item.arg == "loss")]
        node = _result(given[0], facts) if last_name(call.func) == "minimize" and given else None
        value = failing.value_of(node, failure) if isinstance(node, ast.Name) else None
        if isinstance(node, ast.Name) and session.class_name(value) == "EagerTensor":
            return _finding(node, failure, facts)
    return None


def _result(function: ast.expr, facts: CellFacts) -> ast.expr | None:
    """What a function without arguments gives back: a lambda, or one that the cell defines or names."""
    if isinstance(function, ast.Lambda):
        return function.body
    name = last_name(function)
    for node in facts.cell.placed:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            values = returned(node)
            alone = len(values) == 1 and len(node.body) == 1
            return values[0] if alone else None
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda) and last_name(node.targets[0]) == name:
            return node.value.body
    return None


def _finding(node: ast.Name, failure: Failure, facts: CellFacts) -> Finding:
    made = [
        each.value
        for each in facts.cell.placed
        if isinstance(each, ast.Assign) and [last_name(target) for target in each.targets] == [node.id]
    ]
    text = failing.text_of(made[0], facts) if len(made) == 1 else ""
    direct = bool(text) and _uses_variables(made[0], failure) and "\n" not in text
    change = Change(f"Compute {node.id} in the function", ((node, text),), evidence="A tape then records it each time.")
    return Finding(
        title=f"{node.id} is computed before minimize calls the function: the tape sees a number only",
        cause="minimize records what the function computes, and follows that back to the variables.",
        changes=(change,) if direct else (),
        advice=(
            f"Put the lines that compute {node.id} from the variables into the function: def loss(): … return "
            f"{node.id}.",
        ),
        reference="Optimizer.minimize",
    )


def _uses_variables(made: ast.expr, failure: Failure) -> bool:
    names = (each for each in ast.walk(made) if isinstance(each, ast.Name))
    return any(session.is_kind(failing.value_of(name, failure), "BaseResourceVariable") for name in names)

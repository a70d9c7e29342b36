"""``callbacks = MyCallback().on_epoch_end(0)``: what a method of a callback gave, in the place of the callback."""

from __future__ import annotations

import ast
from typing import Any

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.training import Training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import last_name


def result_of_a_method(call: Training, failure: Failure) -> Finding | None:
    """The first of the callbacks, as they are written, that is None because a method gave it."""
    node, facts = call.written.get("callbacks"), call.facts
    if node is None or facts is None:
        return None
    for each in _elements(node, facts):
        made = _value(each, facts)
        if not isinstance(made, ast.Call) or not isinstance(made.func, ast.Attribute):
            continue
        owner, method = made.func.value, made.func.attr
        if not _is_a_callback(owner, failure):
            continue
        text = failing.text_of(owner, facts)
        change = Change(f"Give {text} itself", ((made, text),), evidence="Keras calls its methods.")
        return Finding(
            title=f"A callback is the result of {text}.{method}(…), which is None",
            cause=f"Keras takes the callback itself, and calls {method} when it is time.",
            changes=(change,),
            reference="fit(callbacks)",
        )
    return None


def _elements(node: ast.expr, facts: CellFacts) -> list[ast.expr]:
    inner = _value(node, facts)
    return inner.elts if isinstance(inner, (ast.List, ast.Tuple)) else [node]


def _value(node: ast.expr, facts: CellFacts) -> ast.expr:
    """What a name is given in the cell, where that is one thing; else the expression itself."""
    if not isinstance(node, ast.Name):
        return node
    made = [
        each.value
        for each in facts.cell.placed
        if isinstance(each, ast.Assign) and [last_name(target) for target in each.targets] == [node.id]
    ]
    return made[0] if len(made) == 1 else node


def _is_a_callback(node: ast.expr, failure: Failure) -> bool:
    """``MyCallback()``, or a name that holds one."""
    if not isinstance(node, ast.Call):
        return session.is_kind(failing.value_of(node, failure), "Callback")
    made: Any = failing.value_of(node.func, failure)
    return isinstance(made, type) and any(session.name_of(base) == "Callback" for base in session.bases_of(made))

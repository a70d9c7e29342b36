"""``self.validation_data`` of a callback: Keras 1 and 2 set it, so the program does, before it calls fit."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Proposal
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_DIFFERS = "validation_data holds x and y here; in Keras 2 it also held the sample weights, as a third array."


def validation_data(callback: Any, failure: Failure, facts: CellFacts) -> Iterator[Proposal]:
    """The line that sets it, where fit is called with data that are written there, and with the callback: by its name,
    or made in the call, which leaves its class to hold them."""
    for statement in (node for node in facts.cell.placed if isinstance(node, (ast.Expr, ast.Assign))):
        call = statement.value
        if not isinstance(call, ast.Call) or last_name(call.func) not in ("fit", "fit_generator"):
            continue
        data = _given(call, failure, facts)
        given = {item.arg: item.value for item in call.keywords}
        for node in _elements(given.get("callbacks"), facts) if data else ():
            is_it = isinstance(node, ast.Name) and failing.value_of(node, failure) is callback
            # Keras 2 gives each callback a validation_data of its own, which is None.
            makes_it = isinstance(node, ast.Call) and failing.value_of(node.func, failure) is type(callback)
            makes_it = makes_it and "validation_data" not in session.held(callback)
            if is_it or makes_it:
                owner = failing.text_of(node.func if isinstance(node, ast.Call) else node, facts)
                where = facts.cell.range(statement)
                newline = ("\r\n" if "\r\n" in facts.text else "\n") + " " * where.column
                edit = Edit(
                    Range(where.line, where.column, where.line, where.column),
                    f"{owner}.validation_data = {data}{newline}",
                )
                yield Proposal("Give the callback its data before fit", (edit,), differs=_DIFFERS)
                return


def _given(call: ast.Call, failure: Failure, facts: CellFacts) -> str:
    """The data that fit validates with, as an expression; empty where the call does not write them."""
    given = {item.arg: item.value for item in call.keywords}
    data, split = given.get("validation_data"), given.get("validation_split")
    if data is not None:
        written = isinstance(data, (ast.Tuple, ast.List)) or type(failing.value_of(data, failure)) in (tuple, list)
        return failing.text_of(data, facts) if written else ""
    parts = [*call.args[:2], *(given[name] for name in ("x", "y") if name in given)]
    if split is None or len(parts) != 2 or any(not _is_array(part, failure) for part in parts):
        return ""
    share = failing.text_of(split, facts)  # Keras takes the last samples, as they were before shuffling
    names = [failing.text_of(part, facts) for part in parts]
    return f"[{', '.join(f'{name}[int(len({name}) * (1 - {share})):]' for name in names)}]"


def _is_array(node: ast.expr, failure: Failure) -> bool:
    value = failing.value_of(node, failure)
    return session.class_name(value) == "ndarray" and session.root(value) == "numpy"


def _elements(callbacks: ast.expr | None, facts: CellFacts) -> list[ast.expr]:
    """What a list of callbacks holds that the call, or an assignment of the cell, writes out."""
    if isinstance(callbacks, ast.Name):
        made = [
            node.value
            for node in facts.cell.placed
            if isinstance(node, ast.Assign) and [last_name(each) for each in node.targets] == [callbacks.id]
        ]
        callbacks = made[0] if len(made) == 1 else None
    return callbacks.elts if isinstance(callbacks, (ast.List, ast.Tuple)) else []

"""``self.validation_data`` of a callback: Keras 1 and 2 set it, so the program does, before it calls fit."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Proposal
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_DIFFERS = "It holds the inputs and the labels. Keras 2 put the weights of the samples behind them."


def validation_data(callback: Any, failure: Failure, facts: CellFacts) -> Iterator[Proposal]:
    """The line that sets it, where fit is called with data that are written there, and a callback that has a name."""
    for statement in (node for node in facts.cell.placed if isinstance(node, (ast.Expr, ast.Assign))):
        call = statement.value
        if not isinstance(call, ast.Call) or last_name(call.func) not in ("fit", "fit_generator"):
            continue
        given = {item.arg: item.value for item in call.keywords}
        data, callbacks = given.get("validation_data"), given.get("callbacks")
        if not (isinstance(data, (ast.Tuple, ast.List)) or type(failing.value_of(data, failure)) in (tuple, list)):
            continue
        assert data is not None
        for node in _elements(callbacks, facts):
            if isinstance(node, ast.Name) and failing.value_of(node, failure) is callback:
                where = facts.cell.range(statement)
                newline = ("\r\n" if "\r\n" in facts.text else "\n") + " " * where.column
                text = f"{node.id}.validation_data = {failing.text_of(data, facts)}{newline}"
                edit = Edit(Range(where.line, where.column, where.line, where.column), text)
                yield Proposal("Give the callback its data before fit", (edit,), differs=_DIFFERS)
                return


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

"""NumPy's float64 in a computation with variables of TensorFlow, which are float32."""

from __future__ import annotations

import ast
from typing import Any, Iterator, Mapping

from ...diagnosis.contract.data import ARRAY, TENSOR, describe
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Proposal
from ...source.lines import before

_TYPES = {"double", "float", "float64", "float32"}


def as_float32(types: set[str], failure: Failure, facts: CellFacts, tensorflow: str) -> Iterator[Proposal]:
    """The lines that make float32 of all arrays of the statement that failed.

    Arguments:
        types: the two that TensorFlow refuses to compute with each other.
        tensorflow: what the cell calls TensorFlow.
    """
    statement = _statement(failure, facts) if len(types) == 2 and types <= _TYPES else None
    lines = [*_lines(statement, facts, failure.namespace or {}, tensorflow)] if statement is not None else []
    edits = before(statement, facts.cell, *lines) if statement is not None and lines else []
    if edits:
        yield Proposal(
            "Make float32 of the arrays",
            tuple(edits),
            "NumPy's numbers are float64, and those of variables and layers float32.",
            "float32 keeps about 7 digits.",
            shown="\n".join(lines),
        )


def _statement(failure: Failure, facts: CellFacts) -> ast.stmt | None:
    """The statement of the cell, outside of functions, that was running."""
    lines = [step.tb_lineno for step in failure.steps if step.tb_frame.f_globals is failure.namespace]
    body = facts.cell.tree.body if facts.cell.tree is not None else []
    texts = [frame.text for frame in failure.frames if frame.place == "cell"]
    if not lines or not texts or texts[0] not in {line.strip() for line in facts.cell.lines}:
        return None  # the outermost code is that of another cell
    found = [each for each in body if each.lineno <= lines[0] <= (each.end_lineno or each.lineno)]
    return found[0] if found and not isinstance(found[0], (ast.FunctionDef, ast.ClassDef)) else None


def _lines(statement: ast.stmt, facts: CellFacts, namespace: Mapping[str, Any], tensorflow: str) -> Iterator[str]:
    """A line for each array of the statement, and for those with as many rows in the cell behind it."""
    body = facts.cell.tree.body if facts.cell.tree is not None else []
    samples = {len(namespace[name]) for name in _arrays([statement], namespace)}
    for name in _arrays([each for each in body if each.lineno >= statement.lineno], namespace):
        value = namespace[name]
        if len(value) in samples and session.is_exactly(value, "numpy", "ndarray"):
            yield f"{name} = {name}.astype('float32')"
        elif len(value) in samples:
            yield f"{name} = {tensorflow}.cast({name}, {tensorflow}.float32)"


def _arrays(statements: list[ast.stmt], namespace: Mapping[str, Any]) -> list[str]:
    """The variables with numbers of float64 that are used, and not set, there."""
    names = [node for each in statements for node in ast.walk(each) if isinstance(node, ast.Name)]
    names.sort(key=lambda node: (node.lineno, node.col_offset))
    stored = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    found = dict.fromkeys(node.id for node in names if node.id not in stored)
    return [name for name in found if _is_float64(namespace.get(name))]


def _is_float64(value: Any) -> bool:
    data = describe(value)
    return data.form in (ARRAY, TENSOR) and data.dtype == "float64" and bool(data.shape)

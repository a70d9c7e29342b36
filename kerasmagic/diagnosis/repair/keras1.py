"""Calls in the form of Keras 1: the kernel as separate numbers, the order of dimensions as 'th' or 'tf'."""

from __future__ import annotations

import ast
import re

from ...source.edits import Edit
from ...source.imports import call_node, remove_keyword, rename_keyword
from ...source.position import Range
from ...source.reference import Reference
from ..evidence.cell import CellFacts

ORDERS = {"tf": "channels_last", "th": "channels_first"}
_KERNEL = re.compile(r"(?:^|\.)(?:Atrous|Separable|De)?Conv(?:olution)?([23])D(?:Transpose)?$")
_ONLY_IN_KERAS_1 = {
    "nb_filter",
    "nb_row",
    "nb_col",
    "border_mode",
    "subsample",
    "dim_ordering",
    "init",
    "bias",
    "W_regularizer",
    "b_regularizer",
    "W_constraint",
    "b_constraint",
}


def edits(reference: Reference, keyword: str, facts: CellFacts) -> list[Edit]:
    """What a keyword of Keras 1 asks for beyond another name for it; empty where a new name is all."""
    call = call_node(facts.cell, reference)
    if call is None:
        return []
    if keyword == "dim_ordering":
        return _order(call, reference, facts)
    if keyword in ("nb_row", "nb_col"):
        return _rows_and_columns(call, reference, facts)
    return []


def kernel(reference: Reference, facts: CellFacts) -> list[Edit]:
    """``Convolution2D(64, 3, 3, border_mode="same")`` gives the kernel as two numbers: today it is one tuple.

    Only with a keyword that Keras 2 does not have: ``Conv2D(64, 3, 3)`` may mean a kernel of 3 and strides of 3.
    """
    found = _KERNEL.search(reference.name)
    call = call_node(facts.cell, reference) if found and _ONLY_IN_KERAS_1 & set(reference.keywords) else None
    if found is None or call is None:
        return []
    first = 0 if "nb_filter" in reference.keywords or "filters" in reference.keywords else 1
    sizes = call.args[first : first + int(found.group(1))]
    whole = all(isinstance(item, ast.Constant) and type(item.value) is int for item in sizes)
    if len(sizes) < int(found.group(1)) or not whole:
        return []
    start, end = facts.cell.range(sizes[0]), facts.cell.range(sizes[-1])
    values = ", ".join(facts.cell.segment(facts.cell.range(item)) for item in sizes)
    return [Edit(Range(start.line, start.column, end.end_line, end.end_column), f"({values})")]


def _order(call: ast.Call, reference: Reference, facts: CellFacts) -> list[Edit]:
    value = _values(call).get("dim_ordering")
    order = getattr(value, "value", None)
    if value is None or not isinstance(order, str) or order not in ORDERS:
        return []
    where = facts.cell.range(value)
    quote = facts.cell.segment(where)[:1]
    renamed = rename_keyword(facts.cell, reference, "dim_ordering", "data_format")
    return [*renamed, Edit(where, f"{quote}{ORDERS[order]}{quote}")] if renamed else []


def _rows_and_columns(call: ast.Call, reference: Reference, facts: CellFacts) -> list[Edit]:
    values = _values(call)
    if not {"nb_row", "nb_col"} <= set(values):
        return []
    row, column = (facts.cell.segment(facts.cell.range(values[name])) for name in ("nb_row", "nb_col"))
    renamed = rename_keyword(facts.cell, reference, "nb_row", "kernel_size")
    removed = remove_keyword(facts.cell, reference, "nb_col")
    if not renamed or not removed:
        return []
    return [*renamed, Edit(facts.cell.range(values["nb_row"]), f"({row}, {column})"), *removed]


def _values(call: ast.Call) -> dict[str, ast.expr]:
    return {item.arg: item.value for item in call.keywords if item.arg}

"""``Conv2D(8, 3, input_shape=x_train.shape)``: the shape of all data, where that of one sample is declared."""

from __future__ import annotations

import ast
from typing import Any, Mapping

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import ARRAY, TABLE, describe, shown
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...source.nodes import last_name

_INPUTS = ("Input", "InputLayer")


def shape_of_all_data(facts: CellFacts, namespace: Mapping[str, Any] | None) -> Finding | None:
    """The declaration in the cell that takes the shape of an array of samples; None where there is none."""
    found: list[ast.expr] = []
    shape = None
    for call in facts.cell.calls.values():
        for item in call.keywords:
            owner = item.value.value if isinstance(item.value, ast.Attribute) and item.value.attr == "shape" else None
            data = describe(session.value_of(owner, namespace or {})) if owner is not None else None
            declares = item.arg == "input_shape" or (item.arg == "shape" and last_name(call.func) in _INPUTS)
            if declares and data is not None and data.form in (ARRAY, TABLE) and len(data.shape or ()) > 1:
                found.append(item.value)
                shape = data.shape
    if not found or shape is None:
        return None
    text = failing.text_of(found[0], facts)
    edits = tuple((node, f"{failing.text_of(node, facts)}[1:]") for node in found)
    return Finding(
        title=f"The input is declared with {text}, which counts the samples, too: {shown(shape)}",
        cause="A model's input has the shape of one sample; Keras adds the axis of the samples itself.",
        changes=(Change("Declare the shape of one sample", edits, "", f"A sample has the shape {shown(shape[1:])}."),),
        advice=(f"Write {text}[1:].",),
        reference="keras.Input(shape)",
    )

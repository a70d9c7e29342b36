"""Datasets that were not batched: each element is one sample, and all datasets of the call are batched at once."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import DATASET, Data
from ...diagnosis.contract.training import Training
from ...diagnosis.evidence.failed_cell import text_of

_SIZE = 32
"""What Keras takes where nothing is told."""


def single_samples(call: Training) -> Iterator[Finding]:
    roles = [role for role in ("x", "validation_data") if _is_single(call.given.get(role), call)]
    if not roles:
        return
    size, told = _size(call), "batch_size" in call.written
    texts = [f"{call.text(role)}.batch({size})" for role in roles]
    edits: list[tuple[ast.AST, str]] = []
    for role in roles:
        node = call.written.get(role)
        if isinstance(node, (ast.Name, ast.Attribute, ast.Call)) and call.facts is not None:
            edits.append((node, f"{text_of(node, call.facts)}.batch({size})"))
    if told and call.call is not None:
        edits += [(place, "") for place in _with_comma(call.call, call.written["batch_size"])]
    is_edited = len(edits) == len(roles) + told
    names = [call.text(role) for role in roles]
    several = len(names) > 1
    left = " A dataset makes its batches itself, and fit takes no batch_size beside it." if told else ""
    yield Finding(
        title=f"The datasets {' and '.join(names)} give single samples, and {call.method} takes batches"
        if several
        else f"The dataset {names[0]} gives single samples, and {call.method} takes batches",
        cause=_why(call.given[roles[0]]) + left,
        changes=(Change("Batch them" if several else "Batch it", tuple(edits)),) if is_edited else (),
        advice=(f"Write {' and '.join(texts)}{', and leave batch_size= out' if told else ''}.",),
        reference="fit(x)",
    )


def _is_single(data: Data | None, call: Training) -> bool:
    """Whether an element is one sample: its label is a single number, or its inputs lack one axis of the model's."""
    if data is None or data.form != DATASET or not data.parts:
        return False
    inputs = data.parts[0].shape
    if inputs is not None and len(data.parts) > 1 and data.parts[1].shape == ():
        return True
    wanted = call.network.inputs
    if inputs is None or len(wanted) != 1 or len(wanted[0]) < 3 or len(inputs) != len(wanted[0]) - 1:
        return False  # a table of two axes may be one that lacks the features' own axis
    return None not in inputs and all(size in (None, given) for given, size in zip(inputs, wanted[0][1:]))


def _why(data: Data) -> str:
    if len(data.parts) > 1 and data.parts[1].shape == ():
        return "Its labels have the shape (): there is no axis of the samples."
    return f"Its elements have the shape {data.parts[0].shape}: there is no axis of the samples."


def _size(call: Training) -> str:
    """The size that the call tells, as it is written."""
    return call.text("batch_size") if "batch_size" in call.written else str(_SIZE)


def _with_comma(call: ast.Call, value: ast.expr) -> Iterator[ast.expr]:
    """A keyword from the end of the argument before it on, as a place to take out."""
    if not any(value is each.value for each in call.keywords):
        return
    before = [node for node in (*call.args, *(each.value for each in call.keywords)) if _end(node) < _end(value)]
    if before:
        last = max(before, key=_end)
        place = ast.Constant(None)
        place.lineno, place.col_offset = _end(last)
        place.end_lineno, place.end_col_offset = _end(value)
        yield place


def _end(node: ast.expr) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset

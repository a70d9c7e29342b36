"""``attention(x, x, attention_mask=padding)``: a padding mask, which has no axis for the query; and a single mask for
the layer Attention, which takes two."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import dimensions
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import last_name

_SCORES = r"\[(?P<samples>\d+),\d+,\d+,(?P<values>\d+)\]"
_MASK = r"\[1,1,(?P=samples),(?P=values)\]"
_TURNED = r"\[1,1,(?P<rows>\d+),(?P<columns>\d+)\](?: vs\.|,) \[(?P=rows),\d+,\d+,(?P=columns)\]"
_REFUSED = re.compile(rf"(?:Incompatible|input) shapes: (?:{_SCORES}(?: vs\.|,) {_MASK}|{_TURNED})")
"""The scores have the axes samples, heads, query and value, and the mask of two axes gets two before these."""
_PLACE = 3
"""Where Keras 2 takes it, without its name."""


def padding_as_attention_mask(failure: Failure, facts: CellFacts, said: str) -> Finding | None:
    found = _REFUSED.search(said)
    masks = list(_masks(failure, facts)) if found else []
    known = [node for node in masks if dimensions(session.attribute(failing.value_of(node, failure), "shape"))]
    masks = [node for node in masks if node not in known or _has_two_axes(node, failure)]
    if found is None or not masks:
        return None
    samples, values = found["samples"] or found["rows"], found["values"] or found["columns"]
    changes = tuple((node, f"{_bracketed(node, facts)}[:, None, :]") for node in masks)
    sure = len(masks) == 1 or all(node in known for node in masks)
    return Finding(
        title=f"The attention_mask has shape ({samples}, {values}), and lacks the axis of the query",
        cause="It says for each sample, and each position of the query, which positions of the value are looked at: "
        "(samples, query, value). A padding mask is the same for all positions of the query.",
        changes=(Change("Give the mask an axis for the query", changes),) if sure else (),
        advice=("Write attention_mask=mask[:, None, :], with the padding mask for mask.",),
        reference="keras.layers.MultiHeadAttention",
    )


def _masks(failure: Failure, facts: CellFacts) -> Iterator[ast.expr]:
    """The attention masks that the calls of the cell give."""
    for call in facts.cell.calls.values():
        named = next((item.value for item in call.keywords if item.arg == "attention_mask"), None)
        if named is not None:
            yield named
        elif len(call.args) > _PLACE and _kind(call.func, failure) == "MultiHeadAttention":
            yield call.args[_PLACE]


def single_mask(failure: Failure) -> str:
    """``padding`` of ``Attention()([query, value], mask=padding)`` on the line that failed; else empty."""
    facts = failing.facts_of(failure)
    for call in failing.calls(failure, facts) if facts else ():
        mask = next((item.value for item in call.keywords if item.arg == "mask"), None)
        of_layer = _kind(call.func, failure) in ("Attention", "AdditiveAttention")
        if facts and mask is not None and of_layer and not isinstance(mask, (ast.List, ast.Tuple)):
            return failing.text_of(mask, facts)
    return ""


def _kind(made: ast.expr, failure: Failure) -> str:
    """The class of a layer that is called, by the call that makes it or by its object."""
    return last_name(made.func) if isinstance(made, ast.Call) else session.class_name(failing.value_of(made, failure))


def _has_two_axes(node: ast.expr, failure: Failure) -> bool:
    return len(dimensions(session.attribute(failing.value_of(node, failure), "shape")) or ()) == 2


def _bracketed(node: ast.expr, facts: CellFacts) -> str:
    text = failing.text_of(node, facts)
    return text if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else f"({text})"

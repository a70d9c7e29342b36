"""``layer.adapt(dataset)`` of a dataset that gives more than the layer learns from: labels, or several columns."""

from __future__ import annotations

import ast
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import DATASET, DICT, Data, describe
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure

_OF_TEXTS = ("TextVectorization", "StringLookup")
_OF_COLUMNS = "FeatureSpace"
_LETTERS = "xyw"


class Adapted(NamedTuple):
    """A call of adapt that failed."""

    kind: str
    """The class of Keras's layer: "TextVectorization"."""
    data: Data


def more_than_the_inputs(failure: Failure) -> Iterator[Finding]:
    """What to give adapt, where the dataset in its frame gives pairs, or a dictionary."""
    adapted, facts = _adapted(failure), failing.facts_of(failure)
    if adapted is None or facts is None:
        return
    parts = adapted.data.parts
    takes_columns = adapted.kind == _OF_COLUMNS
    if len(parts) not in (1, 2, 3) or (len(parts) == 1 and (parts[0].form != DICT or takes_columns)):
        return
    letters = ", ".join(_LETTERS[: len(parts)])
    chosen = _chosen(adapted.kind, parts)
    given = [node for node in _given(failure, facts) if _may_be(node, adapted.data, failure)]
    node = given[0] if len(given) == 1 else None
    dataset = failing.text_of(node, facts) if node is not None else "dataset"
    shown = f"{dataset}.map(lambda {letters}: {chosen or _LETTERS[0] + repr([parts[0].names[0]])})"
    edits = ((node, shown),) if node is not None and chosen else ()
    labels = " and labels" if len(parts) > 1 else ""
    columns = f" {', '.join(map(repr, parts[0].names[:5]))}" if parts[0].form == DICT else ""
    yield Finding(
        title=f"adapt gets inputs{labels} of the dataset, and learns from one kind of input alone"
        if columns and not takes_columns
        else "adapt gets a dataset of inputs and labels, and learns from the inputs alone",
        cause=f"{adapted.kind} learns from all that the dataset gives"
        + (f"; its inputs are a dictionary with the keys{columns}." if columns else "."),
        changes=(Change("Give adapt the inputs alone", edits),) if edits else (),
        advice=(f"Write adapt({shown}){'' if chosen else ', with the key that is for this layer'}.",),
        reference=f"{adapted.kind}.adapt",
    )


def _adapted(failure: Failure) -> Adapted | None:
    for frame in failing.python_frames(failure):
        layer = frame.f_locals.get("self")
        if frame.f_code.co_name != "adapt" or not session.is_of_keras(layer):
            continue
        given: Any = frame.f_locals.get("data", frame.f_locals.get("dataset"))
        data = describe(given)
        if data.form == DATASET:
            known = (*_OF_TEXTS, _OF_COLUMNS)
            kind = next((name for name in known if session.is_kind(layer, name)), session.class_name(layer))
            return Adapted(kind, data)
    return None


def _chosen(kind: str, parts: tuple[Data, ...]) -> str:
    """The part that the layer learns from, as an expression; empty where several may be meant."""
    first = parts[0]
    if first.form != DICT or kind == _OF_COLUMNS:
        texts = [letter for letter, part in zip(_LETTERS, parts) if part.is_text]
        return texts[0] if kind in _OF_TEXTS and len(texts) == 1 else _LETTERS[0]
    fitting = [name for name, part in zip(first.names, first.parts) if part.is_text == (kind in _OF_TEXTS)]
    return f"{_LETTERS[0]}[{fitting[0]!r}]" if len(fitting) == 1 else ""


def _given(failure: Failure, facts: CellFacts) -> Iterator[ast.expr]:
    """What the calls of adapt on the failing line are given."""
    for call in failing.calls(failure, facts):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "adapt":
            named = [item.value for item in call.keywords if item.arg in ("data", "dataset")]
            yield from [*call.args[:1], *named][:1]


def _may_be(node: ast.expr, data: Data, failure: Failure) -> bool:
    """Whether it is that dataset, or a call that may have made it."""
    value = failing.value_of(node, failure)
    if value is None:
        return isinstance(node, ast.Call)
    found = describe(value)
    return found.form == DATASET and [part.form for part in found.parts] == [part.form for part in data.parts]

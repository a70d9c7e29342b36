"""``vectorizer.fit(texts)``, ``vectorizer.transform(texts)``: a layer that learns from data has adapt; it is called."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Proposal
from ...source.edits import Edit

_LEARN = ("fit", "fit_on_texts", "adapt_on_batch", "train")
_CALL = ("transform", "texts_to_sequences", "encode", "predict", "apply")


def as_a_layer(thing: Any, member: str, failure: Failure, facts: CellFacts) -> Iterator[Proposal]:
    """What a layer with adapt does in the place of a method of scikit-learn, or of a tokenizer."""
    if not session.is_kind(thing, "Layer") or not session.defines(thing, "adapt") or member not in (*_LEARN, *_CALL):
        return
    edits = []
    for call in facts.cell.calls.values():
        asked = call.func
        if (
            isinstance(asked, ast.Attribute)
            and asked.attr == member
            and failing.value_of(asked.value, failure) is thing
        ):
            owner = failing.text_of(asked.value, facts)
            edits.append(Edit(facts.cell.range(asked), f"{owner}.adapt" if member in _LEARN else owner))
    if edits:
        title = "Let it learn from the data by adapt" if member in _LEARN else "Call the layer with the data"
        yield Proposal(title, tuple(edits), f"{session.class_name(thing)} is a layer: it has adapt, and is called.")

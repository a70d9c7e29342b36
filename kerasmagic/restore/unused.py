"""Imports of names that are gone and that nothing in the program uses: the program does without them."""

from __future__ import annotations

import re
from typing import Iterator

from ..diagnosis.engine import CellFacts, read
from ..diagnosis.model.problem import CHECK
from ..diagnosis.resolve.missing import code_of, missing_in
from ..diagnosis.resolve.world import World
from ..source.bindings import Bindings
from ..source.cell import read_cell
from ..source.edits import Edit, apply_edits
from ..source.imports import import_without
from ..source.reference import Reference
from .choose import marked
from .model import Change, Texts

_DIFFERS = "This import fails here, and nothing in the program uses {}: it is left out."


def leave_out_unused(texts: Texts, here: World) -> list[Change]:
    """Take such names out of their imports; ``texts`` is brought up to date."""
    bindings = Bindings()
    changes: list[Change] = []
    for cell in texts:
        found = _first(texts[cell], bindings, texts, here)
        while found is not None:
            code, name, new = found
            differs = _DIFFERS.format(name)
            texts[cell] = marked(texts[cell], new, differs)
            title = f"Leave the import of {name} out"
            changes.append(Change(cell, code, f"{name} cannot be imported, and is not used", title, CHECK, differs))
            found = _first(texts[cell], bindings, texts, here)
        read(texts[cell], bindings)
    return changes


def _first(text: str, bindings: Bindings, texts: Texts, here: World) -> tuple[str, str, str] | None:
    return next(_without(read(text, bindings.copy()), texts, here), None)


def _without(facts: CellFacts, texts: Texts, here: World) -> Iterator[tuple[str, str, str]]:
    """The rule, the name and the new text of the cell for each such import."""
    for reference, missing in missing_in(facts, here):
        if reference.kind != "from" or reference.guarded or reference.member == "*" or _is_used(reference, texts):
            continue
        found = import_without(facts.cell, reference)
        if found is None:
            continue
        where, rest = found
        alone = not facts.cell.lines[where.line - 1][: where.column].strip()
        new = apply_edits(facts.text, [Edit(where, rest or "pass")]) if alone else facts.text
        if new != facts.text and read_cell(new).tree is not None:
            yield code_of(reference, missing, here), reference.bound, new


def _is_used(reference: Reference, texts: Texts) -> bool:
    """Whether the name stands anywhere but in this import."""
    word = re.compile(rf"\b{re.escape(reference.bound)}\b")
    return sum(len(word.findall(text)) for text in texts.values()) != 1

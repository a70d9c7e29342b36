"""Cells as one piece of code, for as long as they are edited together."""

from __future__ import annotations

import re
from typing import Iterable, Sequence

from ..diagnosis.engine import read
from ..diagnosis.resolve.missing import missing_in
from ..diagnosis.resolve.world import World
from ..source.bindings import Bindings
from ..source.cell import read_cell

_BETWEEN = "# --- the next cell ---"


def joined(texts: Sequence[str]) -> str | None:
    """The code of some cells; None where one of them has a magic that makes it something else."""
    if any(_BETWEEN in text or (read_cell(text).magic and text.lstrip().startswith("%%")) for text in texts):
        return None
    return f"\n{_BETWEEN}\n".join(texts)


def parted(text: str, number: int) -> list[str] | None:
    """The cells again; None where they cannot be told from each other any more."""
    parts = text.split(f"\n{_BETWEEN}\n")
    return parts if len(parts) == number else None


def imported_in_vain(text: str, here: World, bindings: Bindings) -> set[str]:
    """The names that a cell imports from where they are not."""
    missing = missing_in(read(text, bindings.copy()), here)
    return {reference.bound for reference, _ in missing if reference.kind == "from" and not reference.guarded}


def uses(text: str, names: Iterable[str]) -> bool:
    """Whether one of some names stands in a text."""
    words = sorted(names)
    return bool(words) and re.search(rf"\b(?:{'|'.join(map(re.escape, words))})\b", text) is not None

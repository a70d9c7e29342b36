"""The program of an interactive session: the cells that were run so far, corrected, as one cell to read and run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping, Sequence

from ..catalog.images import Image
from ..diagnosis.resolve.world import World
from ..files.document import Document, Passage
from ..files.fix import fixed_passages
from ..files.past import last_image
from ..source.cell import read_cell

_OURS = re.compile(r"\s*%+keras_\w+[^\n]*\s*$|\s*%(?:re)?load_ext kerasmagic\s*$")


@dataclass(frozen=True)
class Session:
    """What was run, corrected."""

    text: str
    """The program, a comment above each of its cells."""
    changed: tuple[int, ...]
    """The numbers, as in ``In [5]``, of the cells that were corrected."""
    left_out: tuple[int, ...]
    """Those of cells that can't stand in a cell with others: their first line is a magic for all of the cell."""
    last_image: Image | None = None
    """Where it last ran as typed, if it can't run on Colab's newest image."""


def corrected_session(cells: Sequence[str], here: World, hinted: Mapping[str, str]) -> Session:
    """The corrected program of a session. What was run several times stands once, where it was first.

    Arguments:
        cells: all cells as typed, by their number.
        here: the world of this kernel.
        hinted: cells that failed, and the corrected cell that was offered below the error.
    """
    typed = {number: text for number, text in enumerate(cells) if text.strip() and not _OURS.match(text)}
    program = _once({number: hinted.get(text, text) for number, text in typed.items()})
    fixed = fixed_passages(_document(program), here)
    corrected = _once({number: fixed.get(number, text) for number, text in program.items()})
    left_out = tuple(number for number, text in corrected.items() if read_cell(text).magic)
    parts = [
        f"# In [{number}]{', corrected' if text != typed[number] else ''}\n{text.rstrip()}\n"
        for number, text in corrected.items()
        if number not in left_out
    ]
    changed = tuple(number for number, text in corrected.items() if text != typed[number])
    last = last_image(_document(_once(typed))) if changed else None
    return Session("\n".join(parts), changed, left_out, last)


def _document(cells: Mapping[int, str]) -> Document:
    return Document("", "utf-8", tuple(Passage(number, text) for number, text in cells.items()), True, ())


def _once(cells: Mapping[int, str]) -> dict[int, str]:
    """The cells without those that say what an earlier one says."""
    first = {text: number for number, text in reversed(list(cells.items()))}
    return {number: text for number, text in cells.items() if first[text] == number}

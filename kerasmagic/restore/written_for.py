"""Which releases of Keras a program was written for, where its own calls tell.

``nb_epoch=10`` was taken by Keras 1, and by Keras 2.0 to 2.2 as old code; ``from keras.layers import merge`` is Keras
1 alone once 2.2 is out. What a program leaves to the defaults is what these releases agree on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Sequence

from ..catalog.target import Found, Missing
from ..diagnosis.engine import read
from ..diagnosis.resolve.arguments import what_became
from ..diagnosis.resolve.world import World
from ..files.document import Passage
from ..files.targets import world
from ..source.bindings import Bindings
from ..source.reference import Reference

FIRST, LAST = "keras==1.2.2", "keras==2.2.4"
"""The last Keras 1, and the last minor release that took its calls and had its defaults."""


@dataclass(frozen=True)
class WrittenFor:
    """The releases that a program may be from."""

    worlds: tuple[World, ...]
    """The likeliest first."""
    evidence: str = ""
    """How that is known, in a sentence."""


def written_for(passages: Sequence[Passage]) -> WrittenFor | None:
    """Which of the releases that took calls of Keras 1; None where no call of the program is one of these."""
    first, last = world(FIRST), world(LAST)
    bindings = Bindings()
    references = [reference for passage in passages for reference in read(passage.text, bindings).references]
    references = [each for each in references if each.name.startswith("keras.") and not each.guarded]
    old = [sign for each in references for sign in _signs(each, first, last)]
    new = [sign for each in references for sign in _signs(each, last, first)]
    if not old or any(_is_newer(each, first, last) for each in references):
        return None
    if new:
        both = f"{old[0]} is of Keras 1, and {new[0]} of Keras 2: Keras 2.0 to 2.2 took both."
        return WrittenFor((last,), both)
    return WrittenFor((first, last), f"{old[0]} is of Keras 1; Keras 2.0 to 2.2 still took it.")


def _is_newer(reference: Reference, *releases: World) -> bool:
    """Whether an import is of none of these releases."""
    if reference.kind != "from" or reference.member == "*":
        return False
    return all(isinstance(each.import_from(reference.module, reference.member), Missing) for each in releases)


def _signs(reference: Reference, here: World, other: World) -> Iterator[str]:
    """What a reference says that one release shows, and another one does not."""
    if reference.kind == "from" and reference.member != "*":
        there = other.import_from(reference.module, reference.member)
        if isinstance(here.import_from(reference.module, reference.member), Found) and isinstance(there, Missing):
            yield reference.member
    elif reference.kind in ("call", "method"):
        mine, others = here.parameters(reference.name), other.parameters(reference.name)
        if mine is not None and others is not None and not others.is_wrapped:
            known = {each.name for each in others.parameters}
            only = {each.name for each in mine.parameters if each.name not in known}
            taken = {each for each in others.extra or () if not _is_renamed(reference, each, here)}
            yield from (f"{each}=" for each in reference.keywords if each in only - taken)


def _is_renamed(reference: Reference, keyword: str, world: World) -> bool:
    """Whether another name took the place of a keyword: Keras 2.0 to 2.3 took ``border_mode=`` as old code."""
    became = what_became(reference, keyword, world)
    return became is not None and bool(became.new)

"""Whether a corrected cell really asks only for what is there, and still binds what it bound."""

from __future__ import annotations

from collections import Counter

from ...source.reference import Reference
from ..evidence.cell import CellFacts, read
from ..resolve.missing import following, missing_in
from ..resolve.world import World


def reread(source: str, before: CellFacts) -> CellFacts:
    """A changed cell, read with what was bound before it; only once, however much is asked about it in a row."""
    if before.changed is None or before.changed.text != source:
        before.changed = read(source, before.before.copy())
    return before.changed


def left_over(source: str, before: CellFacts, world: World, whole: bool) -> list[Reference] | None:
    """What a corrected cell still asks for in vain; None if the correction broke something.

    Arguments:
        whole: count all that is missing; otherwise only what was not missing before.
    """
    after = reread(source, before)
    if after.cell.error is not None or not _bound(before) <= _bound(after):
        return None
    missing = [reference for reference, _ in missing_in(after, world) if not reference.guarded]
    if whole:
        return missing
    hidden = {reference.written for reference in following(before, world)}
    old = Counter(reference.name for reference, _ in missing_in(before, world))
    new = Counter(reference.name for reference in missing if reference.written not in hidden)
    return None if new - old or sum(new.values()) >= sum(old.values()) else []


def _bound(facts: CellFacts) -> set[str]:
    return {reference.bound for reference in facts.references if reference.bound}


def changed_lines(old: str, new: str) -> str:
    """The lines of a corrected cell that were not in it before, for a short display."""
    lines = old.splitlines()
    return "\n".join(line.strip() for line in new.splitlines() if line not in lines)

"""A cell with all of it corrected that is certain: names first, then arguments."""

from __future__ import annotations

from typing import Iterator

from ...source.edits import Edit, apply_edits
from ...source.imports import remove_keyword, rename_keyword
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.argument import Argument
from ..resolve.arguments import Finding, known_to_rules, refused_in
from ..resolve.arguments import taken as taken_by
from ..resolve.missing import missing_in
from ..resolve.world import World
from . import keras1
from .arguments import new_name, with_kernel
from .names import first_repair
from .verify import improved, reread


def correct_all(source: str, before: CellFacts, world: World) -> tuple[str, int]:
    """A cell in which all wrong references with a certain candidate are corrected, and how many
    statements that took."""
    count = 0
    for _ in range(50):
        facts = reread(source, before)
        for reference, _missing in missing_in(facts, world):
            if reference.guarded:
                continue
            repair = first_repair(reference, facts, world)
            if repair is not None:
                corrected = apply_edits(source, repair.edits)
                if corrected != source and improved(corrected, facts, world):
                    source, count = corrected, count + 1
                    break
        else:
            return source, count
    return source, count


def settle(source: str, facts: CellFacts, world: World, called: str = "") -> str:
    """A cell in which every refused keyword that a rule knows has its new name, or is left out where it may be.

    Arguments:
        called: what refused one keyword for certain, so that its other old ones are not taken either.
    """
    for _ in range(20):
        after = reread(source, facts)
        suspects = _suspects(after, world, called)
        edits = next(filter(None, (_known_edits(*finding, after, world, called) for finding in suspects)), None)
        if not edits:
            return source
        source = apply_edits(source, edits)
    return source


def _suspects(facts: CellFacts, world: World, called: str) -> Iterator[Finding]:
    """Refused keywords, and old names that a signature does not show and whose new names it does."""
    yield from refused_in(facts, world)
    for reference in facts.references:
        if reference.kind in ("call", "method") and reference.keywords:
            taken = taken_by(reference, world)
            for keyword in reference.keywords:
                arguments = [argument for _, argument in known_to_rules(reference, keyword, world)]
                news = {name for argument in arguments for name in argument.new}
                if keyword not in taken and (news & set(taken) or (arguments and reference.name == called)):
                    yield reference, keyword


def _known_edits(reference: Reference, keyword: str, facts: CellFacts, world: World, called: str) -> list[Edit]:
    argument = next((argument for _, argument in known_to_rules(reference, keyword, world)), None)
    new = new_name(reference, argument or Argument(keyword), taken_by(reference, world))
    if argument is None and (new is None or reference.name != called):
        return []
    if new is not None:
        return with_kernel(rename_keyword(facts.cell, reference, keyword, new), reference, facts)
    formed = keras1.edits(reference, keyword, facts)
    if formed:
        return with_kernel(formed, reference, facts)
    return remove_keyword(facts.cell, reference, keyword) if argument and argument.dropped else []

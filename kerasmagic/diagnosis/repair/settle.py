"""A cell with all of it corrected that is certain: names first, then arguments."""

from __future__ import annotations

from typing import Iterator

from ...source.edits import Edit, apply_edits
from ...source.imports import call_node, remove_keyword, rename_keyword
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.argument import Argument
from ..resolve.arguments import Finding, ignored_in, known_to_rules, refused_in
from ..resolve.arguments import taken as taken_by
from ..resolve.meaning import meanings
from ..resolve.missing import missing_in
from ..resolve.world import World
from . import decay, translate
from .arguments import lost, needs_translation, new_name
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


def settle(source: str, facts: CellFacts, world: World, called: str = "", whole: bool = True) -> str:
    """A cell in which every refused keyword that a rule knows has its new name, or is left out where it may be.

    Arguments:
        facts: the cell as it was.
        called: what refused one keyword for certain, so that its other old ones are not taken either.
        whole: of all calls; else of those that got another name, and refuse what they were given before.
    """
    before = set() if whole else {(each.name, keyword) for each, keyword in _suspects(facts, world, called)}
    for _ in range(20):
        after = reread(source, facts)
        suspects = (each for each in _suspects(after, world, called) if (each[0].name, each[1]) not in before)
        edits = next(filter(None, (_known_edits(*finding, after, world, called) for finding in suspects)), None)
        if not edits:
            return source
        source = apply_edits(source, edits)
    return source


def _suspects(facts: CellFacts, world: World, called: str) -> Iterator[Finding]:
    """Refused keywords, those that are ignored, and old names that a signature does not show, and whose new names it
    does."""
    yield from refused_in(facts, world)
    yield from ignored_in(facts, world)
    for reference, keyword, has_new_name in facts.once(_not_shown, world):
        if has_new_name or reference.name == called:
            yield reference, keyword


def _not_shown(facts: CellFacts, world: World) -> list[tuple[Reference, str, bool]]:
    """Old names of arguments that a signature does not show, and whether it shows a new name of each."""
    found = []
    for reference in facts.references:
        if reference.kind in ("call", "method") and reference.keywords:
            taken = taken_by(reference, world)
            for keyword in reference.keywords:
                arguments = [argument for _, argument in known_to_rules(reference, keyword, world)]
                if arguments and keyword not in taken:
                    shown = any(name in taken for argument in arguments for name in argument.new)
                    found.append((reference, keyword, shown))
    return found


def _known_edits(reference: Reference, keyword: str, facts: CellFacts, world: World, called: str) -> list[Edit]:
    if keyword in ("lr", "decay") and "decay" in reference.keywords:
        scheduled = decay.scheduled(reference, facts, world)
        if scheduled is not None and not scheduled.differs:
            return list(scheduled.edits)
    argument = next((argument for _, argument in known_to_rules(reference, keyword, world)), None)
    new = new_name(reference, argument or Argument(keyword), taken_by(reference, world))
    if argument is None and (new is None or reference.name != called):
        return []
    if needs_translation(reference, argument or Argument(keyword), world):
        found = meanings(reference, call_node(facts.cell, reference), world)
        ways = [*translate.translations(reference, found, facts, world)]
        return list(ways[0].edits) if len(ways) == 1 and not ways[0].differs else []
    if new is not None:
        return rename_keyword(facts.cell, reference, keyword, new)
    plain = argument is not None and argument.dropped and not lost(reference, argument, facts)
    return remove_keyword(facts.cell, reference, keyword) if plain else []

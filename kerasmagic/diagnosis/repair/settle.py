"""A cell with all of it corrected that has the same cause: names and methods first, then arguments."""

from __future__ import annotations

from typing import Iterable, Iterator, NamedTuple

from ...catalog.target import Missing
from ...source.edits import Edit, apply_edits
from ...source.imports import call_node, remove_keyword, rename_keyword
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.argument import Argument
from ..model.problem import Proposal
from ..resolve.arguments import Finding, ignored_in, known_to_rules, refused_in
from ..resolve.arguments import taken as taken_by
from ..resolve.meaning import meanings
from ..resolve.missing import code_of, missing_in, problem_of
from ..resolve.world import World
from . import decay, misplaced, translate
from .arguments import lost, needs_translation, new_name
from .names import first_repair
from .verify import improved, reread


class Settled(NamedTuple):
    """A cell in which more was corrected than what a proposal says."""

    source: str
    lines: int = 0
    """How many statements that took."""
    left_out: tuple[str, ...] = ()
    """Keywords that it does without."""
    differs: tuple[str, ...] = ()
    """What it computes otherwise, in sentences."""


def correct_all(source: str, before: CellFacts, world: World) -> Settled:
    """A cell in which all wrong references are corrected that have a certain candidate, or a method of today."""
    done = Settled(source)
    for _ in range(50):
        facts = reread(done.source, before)
        for reference, missing in missing_in(facts, world):
            edits, differs = _correction(reference, missing, facts, world)
            corrected = apply_edits(done.source, edits)
            if corrected != done.source and improved(corrected, facts, world):
                done = Settled(corrected, done.lines + 1, differs=(*done.differs, *filter(None, (differs,))))
                break
        else:
            return done
    return done


def _correction(reference: Reference, missing: Missing, facts: CellFacts, world: World) -> tuple[list[Edit], str]:
    """The edits that correct a reference, and what is computed otherwise then."""
    if reference.guarded:
        return [], ""
    if reference.kind != "method":
        repair = first_repair(reference, facts, world)
        return (repair.edits if repair is not None else []), ""
    rule = world.rules.get(code_of(reference, missing, world))
    problem = problem_of(reference, missing, rule.code, world)
    ways = rule.fixes(problem, facts, world) if rule.fixes else ()
    first = next((way for way in ways if isinstance(way, Proposal) and not way.blank), None)
    return (list(first.edits), first.differs) if first is not None else ([], "")


def settle(source: str, facts: CellFacts, world: World, called: str = "", whole: bool = True) -> Settled:
    """A cell in which every refused keyword that a rule knows has its new name, or is left out where it may be.

    Arguments:
        facts: the cell as it was.
        called: what refused one keyword for certain, so that its other old ones are not taken either.
        whole: of all calls, the cell failed and is to run: also what is lost then is left out, and said; else of
            those that got another name, and refuse what they were given before.
    """
    gone = {keyword for _, keyword in refused_in(facts, world)} if whole else set()
    before = set() if whole else {(each.name, keyword) for each, keyword in _suspects(facts, world, called, gone)}
    names = {reference.name for reference in facts.references}
    done = Settled(source)
    for _ in range(20):
        after = reread(done.source, facts)
        suspects = [each for each in _suspects(after, world, called, gone) if (each[0].name, each[1]) not in before]
        refused = [*refused_in(after, world), *(_of_its_old_name(after, names, world) if whole else ())]
        steps = (_step(done, each, after, world, called, whole and each in refused) for each in (*suspects, *refused))
        step = next((each for each in steps if each is not None and each.source != done.source), None)
        if step is None:
            return done
        done = step
    return done


def _suspects(facts: CellFacts, world: World, called: str, gone: set[str]) -> Iterator[Finding]:
    """Refused keywords, those that are ignored, and old names that a signature does not show, and whose new names it
    does.

    Arguments:
        gone: what a call of the cell refuses for certain: ``evaluate(**kwargs)`` refuses it, too, when it runs.
    """
    yield from refused_in(facts, world)
    yield from ignored_in(facts, world)
    for reference, keyword, has_new_name in facts.once(_not_shown, world):
        if has_new_name or reference.name == called or keyword in gone:
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


def _of_its_old_name(facts: CellFacts, before: set[str], world: World) -> Iterator[Finding]:
    """Arguments that a rule knows to be gone, of a call that has another name by now, whose ``**kwargs`` hide it."""
    for reference, keyword, _ in facts.once(_not_shown, world):
        signature = world.parameters(reference.name)
        hidden = signature is not None and signature.open and not signature.is_wrapped
        gone = any(argument.dropped for _, argument in known_to_rules(reference, keyword, world))
        if reference.name not in before and hidden and gone:
            yield reference, keyword


def _step(
    done: Settled, finding: Finding, facts: CellFacts, world: World, called: str, must_change: bool
) -> Settled | None:
    """One keyword corrected; None where that is not certain.

    Arguments:
        must_change: it is refused, and the cell is to run.
    """
    reference, keyword = finding
    if keyword in ("lr", "decay") and "decay" in reference.keywords:
        scheduled = decay.scheduled(reference, facts, world)
        if scheduled is not None and not scheduled.differs:
            return _with(done, scheduled.edits)
    argument = next((argument for _, argument in known_to_rules(reference, keyword, world)), None)
    new = new_name(reference, argument or Argument(keyword), taken_by(reference, world))
    if argument is None and must_change and (elsewhere := misplaced.moved(reference, keyword, facts, world)):
        return _with(done, elsewhere.edits)
    if argument is None and (new is None or reference.name != called):
        return None
    if needs_translation(reference, argument or Argument(keyword), world):
        found = meanings(reference, call_node(facts.cell, reference), world)
        ways = [*translate.translations(reference, found, facts, world)]
        sure = len(ways) == 1 and (must_change or not ways[0].differs)
        return _with(done, ways[0].edits, ways[0].differs) if sure else None
    if new is not None:
        return _with(done, rename_keyword(facts.cell, reference, keyword, new))
    what = lost(reference, argument, facts) if argument is not None and argument.dropped else None
    if what is None or (what and not must_change):
        return None
    without = _with(done, remove_keyword(facts.cell, reference, keyword), what)
    return without._replace(left_out=(*done.left_out, keyword))


def _with(done: Settled, edits: Iterable[Edit], differs: str = "") -> Settled:
    said = (*done.differs, *filter(None, (differs,)))
    return done._replace(source=apply_edits(done.source, edits), differs=tuple(dict.fromkeys(said)))

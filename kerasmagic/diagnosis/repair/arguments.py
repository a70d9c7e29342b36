"""Ways out of a refused argument: its new name, a near one, the call without it, or advice."""

from __future__ import annotations

from typing import Callable, Iterable, Iterator, Sequence

from ...catalog.history import signatures
from ...source.edits import Edit
from ...source.imports import call_node, remove_keyword, rename_keyword
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.argument import Argument
from ..model.problem import Fix, Problem, Proposal, Way
from ..resolve.arguments import keyword_range, known, what_became
from ..resolve.arguments import taken as taken_by
from ..resolve.meaning import is_ambiguous, meanings
from ..resolve.spelling import near_name
from ..resolve.world import World
from . import decay, translate


def fixes_from(arguments: tuple[Argument, ...]) -> Callable[[Problem, CellFacts, World], Iterable[Way]]:
    """The way out of a refused keyword: its new name, a near one, without it, or advice."""

    def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
        keyword = problem.keyword
        name = problem.reference[: -len(f"({keyword})")]
        for reference in facts.references:
            if reference.name == name and keyword in reference.keywords and _is_at(problem, reference, keyword, facts):
                argument = known(reference, keyword, arguments) or Argument(keyword)
                yield from _ways(reference, argument, facts, world)
                return

    return fixes


def _is_at(problem: Problem, reference: Reference, keyword: str, facts: CellFacts) -> bool:
    return problem.range in (reference.range, keyword_range(facts, reference, keyword))


def _ways(reference: Reference, argument: Argument, facts: CellFacts, world: World) -> Iterator[Way]:
    taken = taken_by(reference, world)
    old = argument.keyword
    new = new_name(reference, argument, taken)
    if "decay" in reference.keywords and old in ("lr", "decay"):
        scheduled = decay.scheduled(reference, facts, world)
        if scheduled is not None:
            yield scheduled
            return
    renamed = rename_keyword(facts.cell, reference, old, new) if new is not None else []
    if needs_translation(reference, argument, world):
        call = call_node(facts.cell, reference)
        translations = [*translate.translations(reference, meanings(reference, call, world), facts, world)]
        yield from translations
        if renamed and not translations and not argument.joined and not argument.values:
            doubt = "Keras 1 had the arguments without a name in other places: look at them, too."
            yield _proposal(renamed, f"Write {new}= for {old}=", reference, world, doubt)
    elif renamed:
        doubt = "" if new in taken else f"That {new}= is taken is not recorded."
        yield _proposal(renamed, f"Write {new}= for {old}=", reference, world, doubt)
    if argument.dropped:
        edits = remove_keyword(facts.cell, reference, old)
        if edits:
            yield _proposal(edits, without([old]), reference, world, lost(reference, argument, facts))
    if argument.advice:
        yield Fix("manual", argument.advice)
    elif old in _OF_COMPILE and reference.name.endswith((".fit", ".evaluate")):
        yield Fix("manual", f"Give {old}= to model.compile(…), before fit.")
    elif new is None and not argument.dropped:
        yield Fix("manual", f"Remove {old}=, or find another way to do what it did.")


_OF_COMPILE = ("optimizer", "loss", "metrics", "loss_weights", "weighted_metrics", "run_eagerly")


def without(keywords: Sequence[str]) -> str:
    """What is done with keywords that a call does without, in words: "Leave workers= and verbose= out"."""
    *first, last = (f"{keyword}=" for keyword in keywords)
    return f"Leave {' and '.join(filter(None, (', '.join(first), last)))} out"


def new_name(reference: Reference, argument: Argument, taken: dict[str, None]) -> str | None:
    new = next((name for name in argument.new if not taken or name in taken), None)
    if argument == Argument(argument.keyword):
        new = near_keyword(argument.keyword, tuple(sorted(taken)))
    by_place = list(taken)[: reference.positional]  # LSTM(32, output_dim=3): given already
    return None if new in (*reference.keywords, *by_place) else new


def near_keyword(keyword: str, taken: tuple[str, ...]) -> str | None:
    """The argument that was probably meant: nearly this word, the only one of which it is a part, or a size of
    that name."""
    near = near_name(keyword, taken)
    if near is None and len(keyword) > 3:
        within = [name for name in taken if keyword in name.split("_") or name.startswith(keyword[:-1])]
        near = within[0] if len(within) == 1 else next((name for name in within if name == f"{keyword}_size"), None)
    elif near is None:
        longer = [name for name in taken if name[:-1] == keyword]  # los=, axi=
        near = longer[0] if len(longer) == 1 else None
    return near


def lost(reference: Reference, argument: Argument, facts: CellFacts) -> str:
    """What is lost without an argument: nothing where it says what held without it."""
    call = call_node(facts.cell, reference)
    values = [item.value for item in call.keywords if item.arg == argument.keyword] if call else []
    defaults = [signature.default(argument.keyword) for _, signature in signatures(reference.name)]
    said = any(translate.is_default(value, default) for value in values for default in defaults)
    return "" if said else argument.differs


def needs_translation(reference: Reference, argument: Argument, world: World) -> bool:
    """Whether another name for the keyword is not enough: more of the call changes together with it."""
    beside = (what_became(reference, keyword, world) for keyword in reference.keywords)
    several = any(each and (each.joined or each.values) for each in (argument, *beside))
    return several or is_ambiguous(reference, world)


def _proposal(edits: list[Edit], title: str, reference: Reference, world: World, doubt: str = "") -> Proposal:
    if world.parameters(reference.name) is None:
        return Proposal(title, tuple(edits), differs=f"Which arguments {reference.name} accepts is not recorded.")
    return Proposal(title, tuple(edits), _accepted(reference, world), doubt)


def _accepted(reference: Reference, world: World) -> str:
    product = world.product(reference.name)
    version = world.version(product)
    if not version:
        return f"{reference.name} is {world.where(reference.name)} and accepts this call."
    return f"{product} {version} accepts this call of {reference.name.rpartition('.')[2]}."

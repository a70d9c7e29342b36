"""Ways out of a refused argument: its new name, a near one, the call without it, or advice."""

from __future__ import annotations

from typing import Callable, Iterable, Iterator

from ...source.edits import Edit
from ...source.imports import remove_keyword, rename_keyword
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.argument import Argument
from ..model.problem import Fix, Problem, Proposal, Way
from ..resolve.arguments import keyword_range, known
from ..resolve.arguments import taken as taken_by
from ..resolve.spelling import near_name
from ..resolve.world import World
from . import keras1


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
    if new is not None:
        edits = with_kernel(rename_keyword(facts.cell, reference, old, new), reference, facts)
        if edits:
            doubt = "" if new in taken else f"That {new}= is taken is not recorded."
            yield _proposal(edits, f"Write {new}= for {old}=", reference, world, doubt)
    formed = keras1.edits(reference, old, facts)
    if formed:
        edits = with_kernel(formed, reference, facts)
        yield _proposal(edits, f"Leave {old}= out", reference, world)
    if argument.dropped:
        edits = remove_keyword(facts.cell, reference, old)
        if edits:
            yield _proposal(edits, f"Leave {old}= out", reference, world)
    if argument.advice:
        yield Fix("manual", argument.advice)
    elif new is None and not argument.dropped:
        called = reference.name.rpartition(".")[2]
        yield Fix(
            "manual",
            f"Remove {old}=, or find another way to do what it did."
            + (f" {called} takes {', '.join(list(taken)[:12])}." if taken else ""),
        )


def new_name(reference: Reference, argument: Argument, taken: dict[str, None]) -> str | None:
    new = next((name for name in argument.new if not taken or name in taken), None)
    if argument == Argument(argument.keyword):
        new = _near_keyword(argument.keyword, tuple(sorted(taken)))
    return None if new in reference.keywords else new


def _near_keyword(keyword: str, taken: tuple[str, ...]) -> str | None:
    """The argument that was probably meant: nearly this word, or the only one of which it is a part."""
    near = near_name(keyword, taken)
    if near is None and len(keyword) > 3:
        within = [name for name in taken if keyword in name.split("_") or name.startswith(keyword[:-1])]
        near = within[0] if len(within) == 1 else None
    return near


def with_kernel(edits: list[Edit], reference: Reference, facts: CellFacts) -> list[Edit]:
    return [*edits, *keras1.kernel(reference, facts)] if edits else []


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

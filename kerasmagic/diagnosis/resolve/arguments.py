"""The mechanism behind the rules about arguments: a keyword that the called thing refuses in this world."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Iterable, Iterator, Tuple

from ...source.edits import Edit, apply_edits
from ...source.imports import remove_keyword, rename_keyword
from ...source.position import Range
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..evidence.failure import KEYWORD, Wanted
from ..model.move import split_tree
from ..model.problem import ERROR, INFO, Fix, Problem
from ..repair import keras1, verify
from ..repair.search import near_name
from .world import World


@dataclass(frozen=True)
class Argument:
    """What became of a keyword."""

    keyword: str
    new: tuple[str, ...] = ()
    """What it is called today; the first that the called thing takes is used."""
    dropped: bool = False
    """It can be left out: what it did is done otherwise, or no longer."""
    advice: str = ""
    of: str = ""
    """A regular expression for the called names it is about, below the root of Keras; empty for all."""


Finding = Tuple[Reference, str]


def finder(code: str, arguments: tuple[Argument, ...]) -> Callable[[CellFacts, World], Iterable[Problem]]:
    """The entrance of a rule that tells of refused keywords; without arguments, of those that no other rule knows."""

    def on_cell(facts: CellFacts, world: World) -> Iterable[Problem]:
        for reference, keyword in refused_in(facts, world):
            if known(reference, keyword, arguments) if arguments else not _known_elsewhere(reference, keyword):
                yield problem_of(reference, keyword, code, facts, world)

    return on_cell


def refused_in(facts: CellFacts, world: World) -> list[Finding]:
    """All keywords in the cell that are refused for certain in this world."""
    return facts.once(_refused, world)


def _refused(facts: CellFacts, world: World) -> list[Finding]:
    return [
        (reference, keyword)
        for reference in facts.references
        if reference.kind in ("call", "method") and reference.keywords
        for keyword in world.accepts(reference.name, reference.positional, reference.keywords)
    ]


def known(reference: Reference, keyword: str, arguments: tuple[Argument, ...]) -> Argument | None:
    """What is known about a keyword of a call."""
    split = split_tree(reference.name)
    below = split[1] if split else reference.name
    for argument in arguments:
        if argument.keyword == keyword and re.match(argument.of, below):
            return argument
    return None


_TABLES: list[tuple[str, tuple[Argument, ...]]] = []


def register(code: str, arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
    """Make a rule's arguments known to the rule for all others."""
    _TABLES.append((code, arguments))
    return arguments


def _known_elsewhere(reference: Reference, keyword: str) -> bool:
    return any(known(reference, keyword, table) for _, table in _TABLES)


def problem_of(reference: Reference, keyword: str, code: str, facts: CellFacts, world: World) -> Problem:
    called = reference.name.rpartition(".")[2]
    product = world.product(reference.name)
    version = world.version(product)
    here = f"{product} {version}" if version else world.name
    node, taken = keyword_range(facts, reference, keyword), list(_taken(reference, world))
    return Problem(
        rule=code,
        severity=INFO if reference.guarded else ERROR,
        title=f"{called} takes no argument {keyword} in {here}",
        cause=f"It takes {', '.join(taken[:8])}{', and more' if len(taken) > 8 else ''}." if taken else "",
        range=node or reference.range,
        reference=f"{reference.name}({keyword})",
    )


def refusals(facts: CellFacts, wanted: Wanted, world: World) -> list[Problem]:
    """The calls in the cell that an exception about an argument can mean, whatever the catalog knows of them."""
    found: list[Problem] = []
    owner = wanted.owner.rpartition(".")[2] or "__init__"
    of = wanted.owner.rpartition(".")[0]
    for reference in facts.references:
        called = reference.name.rpartition(".")[2]
        if reference.kind not in ("call", "method") or owner not in (called, "__init__", "__call__", "compile"):
            continue
        if (owner == "__init__" and of and of != called) or called == "add_weight":  # its order has a rule of its own
            continue
        for keyword in reference.keywords:
            if keyword in wanted.members if wanted.kind == KEYWORD else _may_be(reference, keyword, wanted.members):
                found.append(problem_of(reference, keyword, _code(reference, keyword), facts, world))
    return found


def _may_be(reference: Reference, keyword: str, lacking: tuple[str, ...]) -> bool:
    """Whether a keyword is an old name of an argument that is lacking, or nearly its name: ``output_dim`` of
    ``units``."""
    arguments = (known(reference, keyword, table) for _, table in _TABLES)
    if any(argument and set(argument.new) & set(lacking) for argument in arguments):
        return True
    return keyword not in lacking and near_name(keyword, lacking) is not None


def _code(reference: Reference, keyword: str) -> str:
    for code, table in _TABLES:
        if known(reference, keyword, table):
            return code
    return "KA103"


def fixes_from(arguments: tuple[Argument, ...]) -> Callable[[Problem, CellFacts, World, bool], Iterable[Fix]]:
    """The way out of a refused keyword: its new name, a near one, without it, or advice."""

    def fixes(problem: Problem, facts: CellFacts, world: World, whole: bool = False) -> Iterable[Fix]:
        name, _, keyword = problem.reference.rstrip(")").rpartition("(")
        for reference in facts.references:
            if reference.name == name and keyword in reference.keywords and _is_at(problem, reference, keyword, facts):
                argument = known(reference, keyword, arguments) or Argument(keyword)
                yield from _ways(reference, argument, facts, world, whole)
                return

    return fixes


def _is_at(problem: Problem, reference: Reference, keyword: str, facts: CellFacts) -> bool:
    return problem.range in (reference.range, keyword_range(facts, reference, keyword))


def _ways(reference: Reference, argument: Argument, facts: CellFacts, world: World, whole: bool) -> Iterator[Fix]:
    taken = _taken(reference, world)
    old = argument.keyword
    new = _new_name(reference, argument, taken)
    if new is not None:
        edits = _with_kernel(rename_keyword(facts.cell, reference, old, new), reference, facts)
        if edits:
            yield _edit(edits, f"Write {new}= for {old}=", reference, facts, world, new in taken, whole)
    formed = keras1.edits(reference, old, facts)
    if formed:
        edits = _with_kernel(formed, reference, facts)
        yield _edit(edits, f"Write the call without {old}=", reference, facts, world, True, whole)
    if argument.dropped:
        edits = remove_keyword(facts.cell, reference, old)
        if edits:
            yield _edit(edits, f"Leave {old}= out", reference, facts, world, True, whole)
    if argument.advice:
        yield Fix("manual", argument.advice)
    elif new is None and not argument.dropped:
        called = reference.name.rpartition(".")[2]
        yield Fix(
            "manual",
            f"Remove {old}=, or do by other means what it was for."
            + (f" {called} takes {', '.join(list(taken)[:12])}." if taken else ""),
        )


def _new_name(reference: Reference, argument: Argument, taken: dict[str, None]) -> str | None:
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


def _with_kernel(edits: list[Edit], reference: Reference, facts: CellFacts) -> list[Edit]:
    return [*edits, *keras1.kernel(reference, facts)] if edits else []


def settle(source: str, facts: CellFacts, world: World, called: str = "") -> str:
    """A cell in which every refused keyword that a rule knows has its new name, or is left out where it may be.

    Arguments:
        called: what refused one keyword for certain, so that its other old ones are not taken either.
    """
    for _ in range(20):
        after = verify.reread(source, facts)
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
            taken = _taken(reference, world)
            for keyword in reference.keywords:
                arguments = [*filter(None, (known(reference, keyword, table) for _, table in _TABLES))]
                news = {name for argument in arguments for name in argument.new}
                if keyword not in taken and (news & set(taken) or (arguments and reference.name == called)):
                    yield reference, keyword


def _known_edits(reference: Reference, keyword: str, facts: CellFacts, world: World, called: str) -> list[Edit]:
    argument = next(filter(None, (known(reference, keyword, table) for _, table in _TABLES)), None)
    new = _new_name(reference, argument or Argument(keyword), _taken(reference, world))
    if argument is None and (new is None or reference.name != called):
        return []
    if new is not None:
        return _with_kernel(rename_keyword(facts.cell, reference, keyword, new), reference, facts)
    formed = keras1.edits(reference, keyword, facts)
    if formed:
        return _with_kernel(formed, reference, facts)
    return remove_keyword(facts.cell, reference, keyword) if argument and argument.dropped else []


def _edit(
    edits: list[Edit], title: str, reference: Reference, facts: CellFacts, world: World, taken: bool, whole: bool
) -> Fix:
    source = apply_edits(facts.text, edits)
    if whole:
        source = settle(source, facts, world, reference.name)
    after = verify.reread(source, facts)
    before = refused_in(facts, world)
    left = refused_in(after, world)
    fewer = not left if whole else len(left) < len(before) if before else True
    readable = after.cell.error is None and world.parameters(reference.name) is not None
    verified = taken and fewer and readable and not _given_twice(after, world)
    return Fix(
        "edit",
        title,
        source=source,
        verified=True if verified else None,
        evidence=f"The signature of {reference.name} is {world.where(reference.name)}." if verified else "",
        replacement=verify.changed_lines(facts.text, source),
    )


def _given_twice(facts: CellFacts, world: World) -> bool:
    """Whether a call gives an argument by its place and by its name."""
    for reference in facts.references:
        signature = world.parameters(reference.name) if reference.keywords and reference.positional else None
        names = [item.name for item in signature.parameters if item.kind == "positional"] if signature else []
        if set(names[: reference.positional]) & set(reference.keywords):
            return True
    return False


def _taken(reference: Reference, world: World) -> dict[str, None]:
    """The keywords that the called thing is known to take."""
    signature = world.parameters(reference.name)
    if signature is None:
        return {}
    names = [item.name for item in signature.parameters if item.kind in ("positional", "keyword")]
    return dict.fromkeys([*names, *(signature.extra or ())])


def keyword_range(facts: CellFacts, reference: Reference, keyword: str) -> Range | None:
    """Where the name of a keyword stands in a call."""
    edits = rename_keyword(facts.cell, reference, keyword, "")
    return edits[0].range if edits else None

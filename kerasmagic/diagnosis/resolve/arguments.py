"""The mechanism behind the rules about arguments: a keyword that the called thing refuses in this world."""

from __future__ import annotations

import ast
import re
from typing import Callable, Iterable, Iterator, Tuple

from ...catalog.history import signatures
from ...catalog.signature import Signature
from ...catalog.store import version_key
from ...source.imports import call_node, rename_keyword
from ...source.position import Range
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.argument import Argument
from ..model.move import split_tree
from ..model.problem import ERROR, INFO, Problem
from ..model.registry import Rules
from ..model.rule import ARGUMENT
from ..model.wanted import KEYWORD, Wanted
from .spelling import near_name
from .world import World

Finding = Tuple[Reference, str]


def finder(code: str, arguments: tuple[Argument, ...]) -> Callable[[CellFacts, World], Iterable[Problem]]:
    """The entrance of a rule that tells of refused keywords; without arguments, of those that no other rule knows."""

    def on_cell(facts: CellFacts, world: World) -> Iterable[Problem]:
        for reference, keyword in refused_in(facts, world):
            if (
                known(reference, keyword, arguments)
                if arguments
                else not any(known_to_rules(reference, keyword, world))
            ):
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


def ignored_in(facts: CellFacts, world: World) -> list[Finding]:
    """All keywords in the cell that are taken and change nothing, as recorded."""
    return facts.once(_ignored, world)


def _ignored(facts: CellFacts, world: World) -> list[Finding]:
    return [
        (reference, keyword)
        for reference in facts.by_kind.get("call", ())
        if reference.keywords
        for keyword in world.ignored(reference.name, reference.keywords)
    ]


def known(reference: Reference, keyword: str, arguments: tuple[Argument, ...]) -> Argument | None:
    """What is known about a keyword of a call."""
    return next((each for each in arguments if each.keyword == keyword and _is_of(each, reference.name)), None)


def _is_of(argument: Argument, called: str) -> bool:
    split = split_tree(called)
    return re.match(argument.of, split[1] if split else called) is not None


def known_to_rules(reference: Reference, keyword: str, world: World) -> Iterator[tuple[str, Argument]]:
    """What the rules know about a keyword of a call, each with the code of its rule."""
    for code, argument in world.rules.arguments.get(keyword, ()):
        if _is_of(argument, reference.name):
            yield code, argument


def instead(called: str, keyword: str, rules: Rules) -> str:
    """What to write today for an argument of something, in a few words; empty where no rule knows.

    Arguments:
        called: a dotted name: "keras.optimizers.Adam".
    """
    found = next((each for _, each in rules.arguments.get(keyword, ()) if _is_of(each, called)), None)
    if found is None:
        return ""
    return found.advice or (f"{found.new[0]}=" if found.new else "")


def what_became(reference: Reference, keyword: str, world: World) -> Argument | None:
    """What any rule knows about a keyword of a call."""
    return next((argument for _, argument in known_to_rules(reference, keyword, world)), None)


def is_same(reference: Reference, old: str, new: str, world: World) -> bool:
    """Whether a parameter is what another one is called today; of several that became one, the first."""
    became = what_became(reference, old, world)
    return old == new or (became is not None and new in became.new and (not became.joined or became.joined[0] == old))


def moved_place(reference: Reference, old: Signature, new: Signature, world: World) -> int | None:
    """The first place without a name that another parameter has today; one that was only renamed has not moved."""
    for place, (one, other) in enumerate(zip(old.places[: reference.positional], new.places)):
        renamed = is_same(reference, one.name, other.name, world) or (
            what_became(reference, one.name, world) is None
            and all(one.name != each.name for each in new.parameters)  # **kwargs may still take it by name
            and all(other.name != each.name for each in old.places)
        )
        if not renamed:
            return place
    return None


def problem_of(reference: Reference, keyword: str, code: str, facts: CellFacts, world: World) -> Problem:
    called = reference.name.rpartition(".")[2]
    product = world.product(reference.name)
    version = world.version(product)
    here = f"{product} {version}" if version else world.name
    node, names = keyword_range(facts, reference, keyword), list(taken(reference, world))
    return Problem(
        rule=code,
        severity=INFO if reference.guarded else ERROR,
        title=f"{called} takes no argument {keyword} in {here}",
        cause=f"It takes {', '.join(names[:8])}{', and more' if len(names) > 8 else ''}." if names else "",
        range=node or reference.range,
        reference=f"{reference.name}({keyword})",
        keyword=keyword,
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
        fitting = world.bind(reference.name, reference.positional, reference.keywords)
        for keyword in reference.keywords:
            if fitting is not None and keyword in fitting.twice:
                continue  # it is taken, and given by its place, too
            if called == "Model" and not any(known_to_rules(reference, keyword, world)):
                continue  # what it takes is in no signature: KA315 looks at inputs and outputs
            if (
                keyword in wanted.members
                if wanted.kind == KEYWORD
                else _may_be(reference, keyword, wanted.members, world)
            ):
                found.append(problem_of(reference, keyword, _code(reference, keyword, world), facts, world))
    return found


def _may_be(reference: Reference, keyword: str, lacking: tuple[str, ...], world: World) -> bool:
    """Whether a keyword is an old name of an argument that is lacking, or nearly its name: ``output_dim`` of
    ``units``."""
    if any(set(argument.new) & set(lacking) for _, argument in known_to_rules(reference, keyword, world)):
        return True
    return keyword not in lacking and near_name(keyword, lacking) is not None


def _code(reference: Reference, keyword: str, world: World) -> str:
    return next((code for code, _ in known_to_rules(reference, keyword, world)), "") or world.rules.teller(ARGUMENT)


def refused_call(problem: Problem, facts: CellFacts) -> tuple[Reference, ast.Call] | None:
    """The call that a problem about an argument is about."""
    name = problem.reference[: -len(f"({problem.keyword})")]
    for reference in facts.references:
        if reference.name != name or problem.keyword not in reference.keywords:
            continue
        if problem.range in (reference.range, keyword_range(facts, reference, problem.keyword)):
            call = call_node(facts.cell, reference)
            return (reference, call) if call is not None else None
    return None


def shown_signature(name: str, world: World) -> Signature | None:
    """The signature of what is called; where a release hides it behind ``*args, **kwargs``, as TensorFlow 2.4 and 2.5
    do for layers, that of the next release that shows it."""
    here, split = world.parameters(name), split_tree(name)
    if here is None or not here.is_wrapped or split is None:
        return here
    shown = [each for span, each in signatures(f"keras.{split[1]}") if version_key(span.last) >= (2, 6)]
    return shown[0] if shown else here


def taken(reference: Reference, world: World) -> dict[str, None]:
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

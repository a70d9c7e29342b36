"""The mechanism behind the rules about arguments: a keyword that the called thing refuses in this world."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Callable, Dict, Iterable, Iterator, List, Optional, Tuple

from ..source.edits import Edit, apply_edits
from ..source.position import Range
from ..source.reference import Reference
from . import verify
from .facts import CellFacts
from .failure import Wanted
from .move import split_tree
from .problem import ERROR, INFO, Fix, Problem
from .search import near_name
from .world import World


@dataclass(frozen=True)
class Argument:
    """What became of a keyword."""

    keyword: str
    new: Tuple[str, ...] = ()
    """What it is called today; the first that the called thing takes is used."""
    dropped: bool = False
    """It can be left out: what it did is done otherwise, or no longer."""
    advice: str = ""
    of: str = ""
    """A regular expression for the called names it is about, below the root of Keras; empty for all."""


Finding = Tuple[Reference, str]


def finder(code: str, arguments: Tuple[Argument, ...]) -> Callable[[CellFacts, World], Iterable[Problem]]:
    """The entrance of a rule that tells of refused keywords; without arguments, of those that no other rule knows."""

    def on_cell(facts: CellFacts, world: World) -> Iterable[Problem]:
        for reference, keyword in refused_in(facts, world):
            if known(reference, keyword, arguments) if arguments else not _known_elsewhere(reference, keyword):
                yield problem_of(reference, keyword, code, facts, world)

    return on_cell


def refused_in(facts: CellFacts, world: World) -> List[Finding]:
    """All keywords in the cell that are refused for certain in this world."""
    key = ("refused", id(world))
    if key not in facts.answers:
        facts.answers[key] = [
            (reference, keyword)
            for reference in facts.references
            if reference.kind in ("call", "method") and reference.keywords
            for keyword in world.accepts(reference.name, reference.positional, reference.keywords)
        ]
    found: List[Finding] = facts.answers[key]
    return found


def known(reference: Reference, keyword: str, arguments: Tuple[Argument, ...]) -> Optional[Argument]:
    """What is known about a keyword of a call."""
    split = split_tree(reference.name)
    below = split[1] if split else reference.name
    for argument in arguments:
        if argument.keyword == keyword and re.match(argument.of, below):
            return argument
    return None


_TABLES: List[Tuple[str, Tuple[Argument, ...]]] = []


def register(code: str, arguments: Tuple[Argument, ...]) -> Tuple[Argument, ...]:
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
    node = keyword_range(facts, reference, keyword)
    return Problem(
        rule=code,
        severity=INFO if reference.guarded else ERROR,
        title=f"{called} takes no argument {keyword} in {here}",
        cause=f"{reference.name} of {here} refuses {keyword}=.",
        range=node or reference.range,
        reference=f"{reference.name}({keyword})",
    )


def refusals(facts: CellFacts, wanted: Wanted, world: World) -> List[Problem]:
    """The calls in the cell that an exception about a keyword can mean, whatever the catalog knows of them."""
    found: List[Problem] = []
    for reference in facts.references:
        called = reference.name.rpartition(".")[2]
        owner = wanted.owner.rpartition(".")[2] or "__init__"
        if reference.kind in ("call", "method") and (owner in (called, "__init__", "__call__", "compile")):
            for keyword in wanted.members:
                if keyword in reference.keywords:
                    found.append(problem_of(reference, keyword, _code(reference, keyword), facts, world))
    return found


def _code(reference: Reference, keyword: str) -> str:
    for code, table in _TABLES:
        if known(reference, keyword, table):
            return code
    return "KA103"


def fixes_from(
    arguments: Tuple[Argument, ...]
) -> Callable[[Problem, CellFacts, World, bool], Iterable[Fix]]:
    """The way out of a refused keyword: its new name, a near one, without it, or advice."""

    def fixes(problem: Problem, facts: CellFacts, world: World, whole: bool = False) -> Iterable[Fix]:
        name, _, keyword = problem.reference.rstrip(")").rpartition("(")
        for reference in facts.references:
            if reference.name == name and keyword in reference.keywords and _is_at(problem, reference, keyword, facts):
                argument = known(reference, keyword, arguments) or Argument(keyword)
                yield from _ways(reference, argument, facts, world)
                return

    return fixes


def _is_at(problem: Problem, reference: Reference, keyword: str, facts: CellFacts) -> bool:
    return problem.range in (reference.range, keyword_range(facts, reference, keyword))


def _ways(reference: Reference, argument: Argument, facts: CellFacts, world: World) -> Iterator[Fix]:
    where = keyword_range(facts, reference, argument.keyword)
    taken = _taken(reference, world)
    new = next((name for name in argument.new if not taken or name in taken), None)
    if not argument.new and not argument.dropped and not argument.advice:
        new = near_name(argument.keyword, tuple(sorted(taken)))
    if where is not None and new is not None and new not in reference.keywords:
        yield _edit(Edit(where, new), f"Write {new}= for {argument.keyword}=", f"{new}=", reference, facts, world, new in taken)
    if where is not None and argument.dropped:
        whole = _with_value(facts, reference, argument.keyword)
        if whole is not None:
            yield _edit(Edit(whole, ""), f"Leave {argument.keyword}= out", "", reference, facts, world, True)
    if argument.advice:
        yield Fix("manual", argument.advice)
    elif new is None and not argument.dropped:
        yield Fix(
            "manual",
            f"Remove {argument.keyword}=, or do by other means what it was for."
            + (f" {reference.name.rpartition('.')[2]} takes {', '.join(sorted(taken)[:12])}." if taken else ""),
        )


def _edit(
    edit: Edit, title: str, replacement: str, reference: Reference, facts: CellFacts, world: World, taken: bool
) -> Fix:
    source = apply_edits(facts.text, [edit])
    after = verify.reread(source, facts)
    broken = after.cell.error is not None
    left = len(refused_in(after, world)) >= max(len(refused_in(facts, world)), 1) if refused_in(facts, world) else False
    signature = world.parameters(reference.name)
    verified = True if taken and signature is not None and not broken and not left else None
    line = next(
        (new for old, new in zip(facts.text.splitlines(), source.splitlines()) if old != new), replacement
    ).strip()
    return Fix(
        "edit",
        title,
        source=source,
        verified=verified,
        evidence=f"The signature of {reference.name} is {world.where(reference.name)}." if verified else "",
        replacement=line,
    )


def _taken(reference: Reference, world: World) -> Dict[str, None]:
    """The keywords that the called thing is known to take."""
    signature = world.parameters(reference.name)
    if signature is None:
        return {}
    names = [name for name, kind, _ in signature.parameters if "VAR" not in str(kind).upper() and name != "self"]
    return dict.fromkeys([*names, *(signature.extra or ())])


def call_of(facts: CellFacts, reference: Reference) -> Optional[ast.Call]:
    """The call that a reference stands for."""
    assert facts.cell.tree is not None
    for node in ast.walk(facts.cell.tree):
        if isinstance(node, ast.Call):
            where = facts.cell.range(node)
            function = facts.cell.range(node.func)
            if where == reference.range or (
                reference.kind == "method"
                and (function.end_line, function.end_column) == (reference.range.end_line, reference.range.end_column)
            ):
                return node
    return None


def keyword_range(facts: CellFacts, reference: Reference, keyword: str) -> Optional[Range]:
    """The name of a keyword in a call; ast gives its place only from Python 3.9 on, so it is read from the text."""
    call = call_of(facts, reference)
    for item in call.keywords if call else ():
        if item.arg == keyword:
            value = facts.cell.range(item.value)
            line = facts.cell.lines[value.line - 1][: value.column]
            found = re.search(rf"\b{keyword}\s*=\s*[(\[]*\s*$", line)
            if found:
                return Range(value.line, found.start(), value.line, found.start() + len(keyword))
    return None


def _with_value(facts: CellFacts, reference: Reference, keyword: str) -> Optional[Range]:
    """A keyword with its value and one of the commas around it."""
    name = keyword_range(facts, reference, keyword)
    call = call_of(facts, reference)
    value = next((item.value for item in call.keywords if item.arg == keyword), None) if call else None
    if name is None or value is None:
        return None
    end = facts.cell.range(value)
    before = facts.cell.lines[name.line - 1][: name.column]
    after = facts.cell.lines[end.end_line - 1][end.end_column :]
    following = re.match(r"\s*,[ \t]*", after)
    preceding = re.search(r",\s*$", before)
    if preceding:
        return Range(name.line, preceding.start(), end.end_line, end.end_column)
    if following:
        return Range(name.line, name.column, end.end_line, end.end_column + following.end())
    return Range(name.line, name.column, end.end_line, end.end_column) if before.rstrip().endswith("(") else None

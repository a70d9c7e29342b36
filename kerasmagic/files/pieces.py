"""Fixes for long code at a cost that grows with its length only.

An edit is verified by reading the edited code again. In a script of a thousand lines with a hundred problems that
would be a hundred thousand lines; so there, what is read again is the statement that the edit is about, with all that
the script binds. The problems themselves are always those of the whole code.
"""

from __future__ import annotations

import ast
from typing import Iterator, Mapping, Sequence

from ..diagnosis.engine import CellFacts, find, judge, read, with_fixes, without_proposals
from ..diagnosis.model.problem import Fix, Problem
from ..diagnosis.resolve.world import World
from ..source.bindings import Bindings
from ..source.nodes import first_line
from ..source.position import Range
from ..source.values import Value

WHOLE = 4_000
"""So many lines may be read again for all fixes together: then rules that look around a call see the whole code."""


def judge_passage(facts: CellFacts, world: World, most: int | None = None) -> list[Problem]:
    """The problems of a passage that has been read, with fixes.

    Arguments:
        most: with more problems than this, no fixes are sought; None: always.
    """
    tree = facts.cell.tree
    if tree is None:
        return judge(facts, world)
    found = find(facts, world)
    problems = without_proposals(found)
    if most is not None and len(found) > most:
        return problems
    if len(found) * facts.text.count("\n") < WHOLE:
        return with_fixes(found, facts, world)
    fixed = {}
    rebound = facts.after.rebound(facts.began)
    for first, last, runs_later in _statements(tree):
        if any(problem.range and first <= problem.range.line <= last for problem in problems):
            bindings = facts.after.copy()
            if not runs_later:
                bindings.names.update(_names_at(first, rebound))
            for problem in _problems_of_lines(facts, first, last, bindings, world):
                fixed[_identity(problem)] = problem
    return [problem if problem.fixes or problem.follows else _fixed(problem, fixed) for problem in problems]


def _fixed(problem: Problem, fixed: dict[tuple[Range | None, str, str], Problem]) -> Problem:
    found = fixed.get(_identity(problem), problem)
    return problem._replace(cause=found.cause, fixes=found.fixes)


def _statements(tree: ast.Module) -> Iterator[tuple[int, int, bool]]:
    """The first and last line of each statement of the outermost level, and whether it is a function or a class, whose
    code runs when all names are bound; those that share a line are one."""
    first = last = 0
    later = False
    for node in tree.body:
        start = first_line(node)
        if start > last:
            if last:
                yield first, last, later
            first = start
        last = node.end_lineno or start
        later = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    if last:
        yield first, last, later


def _names_at(line: int, rebound: Mapping[str, Sequence[tuple[int, Value]]]) -> Iterator[tuple[str, Value]]:
    """What the names that are bound again further down stand for at a line."""
    for name, changes in rebound.items():
        for later, before in changes:
            if later >= line:
                yield name, before
                break


def _problems_of_lines(facts: CellFacts, first: int, last: int, bindings: Bindings, world: World) -> list[Problem]:
    lines = facts.text.splitlines(keepends=True)
    before, after = "".join(lines[: first - 1]), "".join(lines[last:])
    piece = read("".join(lines[first - 1 : last]), bindings)
    return [_moved(problem, first - 1, before, after) for problem in judge(piece, world)]


def _moved(problem: Problem, lines: int, before: str, after: str) -> Problem:
    """A problem of a piece as one of the whole."""
    place = problem.range
    if place:
        place = Range(place.line + lines, place.column, place.end_line + lines, place.end_column)
    return problem._replace(range=place, fixes=tuple(_embedded(fix, before, after) for fix in problem.fixes))


def _embedded(fix: Fix, before: str, after: str) -> Fix:
    return fix if fix.source is None else fix._replace(source=before + fix.source + after)


def _identity(problem: Problem) -> tuple[Range | None, str, str]:
    return problem.range, problem.rule, problem.reference

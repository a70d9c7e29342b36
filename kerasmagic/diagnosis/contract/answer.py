"""A rule of a contract: one check of a call, used after it failed and before it runs."""

from __future__ import annotations

import ast
import re
from typing import Callable, Iterable, Iterator, NamedTuple

from ...source.edits import Edit
from ...source.position import Range
from ..evidence import failed_cell as failing
from ..evidence.cell import CellFacts
from ..evidence.failure import CONVERTED, Failure
from ..model.problem import ERROR, Fix, Problem, Proposal
from ..resolve.world import World
from .training import Training, failed_training, planned_trainings


class Change(NamedTuple):
    """One way to correct the cell: expressions or places, and what takes their place."""

    title: str
    edits: tuple[tuple[ast.AST | Range, str], ...]
    differs: str = ""
    """What a person has to look at; empty where the new code is what was meant."""
    evidence: str = "The values are read from this kernel."


class Finding(NamedTuple):
    """What Keras refuses about a call."""

    title: str
    cause: str
    changes: tuple[Change, ...] = ()
    advice: tuple[str, ...] = ()
    reference: str = ""
    certain: bool = True
    """False: it explains an error, and is not enough to foretell one."""


Check = Callable[[Training], Iterable[Finding]]

_TAIL = 3_000


def after_failure(code: str, refusal: str, check: Check) -> Callable[[Failure, World], Iterator[Problem]]:
    """A rule's ``on_failure``: its check of the call that Keras refused.

    Arguments:
        refusal: a pattern of what Keras says when it is this; anything else is none of this rule's business.
    """
    pattern = re.compile(refusal, re.DOTALL)

    def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
        if not raised_by_keras(failure) or not pattern.search(said(failure)):
            return
        call = failed_training(failure)
        for finding in check(call) if call else ():
            yield problem(code, finding, call.facts if call else None)
            return

    return on_failure


def before_run(code: str, check: Check) -> Callable[[CellFacts, World], Iterator[Problem]]:
    """A rule's ``on_cell``: its check of the calls that a cell would make of live models."""

    def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
        for call in facts.once(_planned, world):
            found = next((each for each in check(call) if each.certain), None)
            if found is not None and call.call is not None:
                yield problem(code, found, call.facts, call.call)

    return on_cell


def _planned(facts: CellFacts, world: World) -> tuple[Training, ...]:
    namespace = getattr(world, "namespace", None)
    return tuple(planned_trainings(facts, namespace)) if namespace else ()


def problem(code: str, finding: Finding, facts: CellFacts | None, where: ast.AST | None = None) -> Problem:
    """A finding as the problem of a rule.

    Arguments:
        where: the call, where the finding is foretold.
    """
    return Problem(
        rule=code,
        severity=ERROR,
        title=finding.title,
        cause=finding.cause,
        range=facts.cell.range(where) if facts and where is not None else None,
        reference=finding.reference,
        fixes=tuple(Fix("manual", text) for text in finding.advice),
        proposals=tuple(_proposal(change, facts) for change in finding.changes) if facts else (),
    )


def _proposal(change: Change, facts: CellFacts) -> Proposal:
    places = (node if isinstance(node, Range) else facts.cell.range(node) for node, _ in change.edits)
    edits = tuple(Edit(place, text) for place, (_, text) in zip(places, change.edits))
    return Proposal(change.title, edits, differs=change.differs, evidence=change.evidence)


def raised_by_keras(failure: Failure) -> bool:
    """Whether Keras, or what it calls, raised: what a function of the user's raises itself is the user's."""
    end = failure.end
    return end is not None and (end.place == "package" or CONVERTED in end.path or failing.is_hidden(failure))


def said(failure: Failure) -> str:
    """What Keras says; the end of it, too, where a graph's error first lists where its nodes were made."""
    return failure.message + str(failure.exception)[-_TAIL:]

"""A rule of a contract: one check of a call, used after it failed and before it runs."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Callable, Iterable, Iterator

from ...source.edits import Edit
from ..evidence import failed_cell as failing
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure
from ..model.problem import ERROR, Fix, Problem
from ..resolve.world import World
from .training import Training, failed_training, planned_trainings


@dataclass(frozen=True)
class Change:
    """One way to correct the cell: expressions, and what takes their place."""

    title: str
    edits: tuple[tuple[ast.AST, str], ...]
    differs: str = ""
    """What the corrected cell computes that the old one was not meant to; empty where there is no choice."""


@dataclass(frozen=True)
class Finding:
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
            yield problem(code, finding, failure, call.facts if call else None)
            return

    return on_failure


def before_run(code: str, check: Check) -> Callable[[CellFacts, World], Iterator[Problem]]:
    """A rule's ``on_cell``: its check of the calls that a cell would make of live models."""

    def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
        for call in facts.once(_planned, world):
            found = next((each for each in check(call) if each.certain), None)
            if found is not None and call.call is not None:
                yield _before(code, found, call)

    return on_cell


def _planned(facts: CellFacts, world: World) -> tuple[Training, ...]:
    namespace = getattr(world, "namespace", None)
    return tuple(planned_trainings(facts, namespace)) if namespace else ()


def problem(code: str, finding: Finding, failure: Failure, facts: CellFacts | None) -> Problem:
    fixes: list[Fix] = []
    for change in finding.changes if facts else ():
        assert facts is not None
        edits = [Edit(facts.cell.range(node), text) for node, text in change.edits]
        fixes.append(failing.edit_fix(failure, edits, change.title, None, change.differs))
    return Problem(
        rule=code,
        severity=ERROR,
        title=finding.title,
        cause=finding.cause,
        reference=finding.reference,
        fixes=(*fixes, *(Fix("manual", text) for text in finding.advice)),
    )


def _before(code: str, finding: Finding, call: Training) -> Problem:
    assert call.facts is not None and call.call is not None
    written = tuple(
        Fix("manual", f"{change.title}: {', '.join(text for _, text in change.edits)}") for change in finding.changes
    )
    return Problem(
        rule=code,
        severity=ERROR,
        title=finding.title,
        cause=finding.cause,
        range=call.facts.cell.range(call.call),
        reference=finding.reference,
        fixes=(*written, *(Fix("manual", text) for text in finding.advice)),
    )


def raised_by_keras(failure: Failure) -> bool:
    """Whether Keras, or what it calls, raised: a function of the user's that Keras called is the user's."""
    end = failure.end
    return end is not None and (end.place == "package" or "autograph_generated" in end.path)


def said(failure: Failure) -> str:
    """What Keras says; the end of it, too, where a graph's error first lists where its nodes were made."""
    return failure.message + str(failure.exception)[-_TAIL:]

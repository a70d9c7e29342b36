"""A copy in the user's own site-packages, or on PYTHONPATH, hides the one of this environment."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.places import PYTHONPATH, USER_SITE, other_python, place
from ...kernel.snapshot import Snapshot
from .ke113_installed_twice import copies

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    for first, *others in copies(snapshot):
        where = place(first.location)
        if where not in (USER_SITE, PYTHONPATH) or any(other.location == first.location for other in others):
            continue
        python = other_python(first.location)
        unmet = [entry.sentence for entry in snapshot.unmet if first.name in (entry.name, entry.by)]
        yield Problem(
            rule="KE114",
            severity="error" if unmet or python else "warning",
            title=f"{first.name} {first.version} from {where} hides {others[0].version} of this environment",
            cause=" ".join(
                [*_of(python), f"{first.location} comes before {others[0].location} on sys.path.", *unmet[:2]]
            ),
            reference=first.module,
            fixes=tuple(_fixes(first.name, where)),
        )


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """An import ended in files of that copy, or in a package that it does not fit."""
    if isinstance(failure.exception, (ImportError, AttributeError, TypeError)):
        text = failure.message + " ".join(frame.path for frame in failure.frames)
        for problem in _on_environment(failure.snapshot):
            if problem.severity == "error" and problem.reference in text:
                yield problem
                return


def _of(python: str) -> Iterator[str]:
    """What packages of another Python do here."""
    if python:
        here = ".".join(map(str, sys.version_info[:2]))
        yield f"Those packages are for Python {python}, and their compiled parts do not load in Python {here}."


def _fixes(name: str, where: str) -> Iterator[Fix]:
    evidence = "Python imports the first copy on sys.path"
    if where == PYTHONPATH:
        title = "Take the folder out of PYTHONPATH and restart the kernel"
        yield Fix("setting", title, evidence=evidence)
        return
    title = "Remove that copy, then restart the kernel"
    yield Fix("install", title, commands=(f"%pip uninstall -y {name}",), evidence=evidence)
    title = "Or start the kernel without the user's site-packages: set PYTHONNOUSERSITE=1 before it starts"
    yield Fix("setting", title, evidence=evidence)


RULE = Rule(
    code="KE114",
    name="other copy is imported first",
    lesson=Lesson(
        what="The environment has the right version, but the kernel imports another copy.",
        why="PYTHONPATH, and on some systems `~/.local/lib/python3.x/site-packages`, come before the environment's "
        "own folder on sys.path. `pip install --user`, or pip without write permission, installs packages "
        "there for every environment with this Python.",
        related=("KE113", "KE118"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
    is_cause=True,
)

"""A copy in the user's own site-packages, or on PYTHONPATH, hides the one of this environment."""

from __future__ import annotations

from typing import Iterator

from ...kernel.places import PYTHONPATH, USER_SITE, place
from ...kernel.snapshot import Snapshot
from ..problem import Fix, Problem
from ..rule import Lesson, Rule
from .ke113_installed_twice import copies


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    for first, *others in copies(snapshot):
        where = place(first.location)
        if where not in (USER_SITE, PYTHONPATH) or any(other.location == first.location for other in others):
            continue
        yield Problem(
            rule="KE114",
            severity="warning",
            title=f"{first.name} {first.version} from {where} hides {others[0].version} of this environment",
            cause=f"{first.location} comes before {others[0].location} on sys.path.",
            reference=first.module,
            fixes=(
                Fix(
                    "setting",
                    "Start the kernel without the user's site-packages: set PYTHONNOUSERSITE=1 before it starts"
                    if where == USER_SITE
                    else "Take the folder out of PYTHONPATH and restart the kernel",
                    evidence="the first copy on sys.path is the one that is imported",
                ),
            ),
        )


RULE = Rule(
    code="KE114",
    name="copy of one's own that wins",
    lesson=Lesson(
        what="An environment has the right version, and the kernel imports another one.",
        why="PYTHONPATH, and in some installations `~/.local/lib/python3.x/site-packages`, come before the "
        "environment's own "
        "folder on sys.path. `pip install --user`, or a pip without write permission, puts packages there, for all "
        "environments with this Python.",
        related=("KE113", "KE118"),
    ),
    on_environment=_on_environment,
)

"""What a broken install or removal left behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.leftovers import DAMAGED_RECORD, MOVED_ASIDE, NO_METADATA, NO_PACKAGE, RENAMED, Leftover
from ...kernel.requirements import pins
from ...kernel.snapshot import Snapshot
from ...kernel.stack import MODULES
from .companions import beside_tensorflow

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_SEVERITY = {
    RENAMED: "info",
    MOVED_ASIDE: "error",
    NO_METADATA: "warning",
    NO_PACKAGE: "error",
    DAMAGED_RECORD: "warning",
}


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    for leftover in snapshot.leftovers:
        yield _problem(leftover, snapshot)


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """A module is not found, or lacks a name: its distribution is recorded as installed, or only a folder is left."""
    if isinstance(failure.exception, (ImportError, AttributeError)):
        snapshot = failure.snapshot
        named = f"{getattr(failure.exception, 'name', '')} {failure.message}".lower()
        for leftover in snapshot.leftovers:
            module = MODULES.get(leftover.name, leftover.name)
            if _is_in_the_way(leftover) and re.search(rf"\b{module}\b", named):
                yield _problem(leftover, snapshot)


def _is_in_the_way(leftover: Leftover) -> bool:
    """Whether no import of the module can work."""
    return leftover.kind in (NO_PACKAGE, MOVED_ASIDE) or (leftover.kind == NO_METADATA and leftover.is_empty)


def _problem(leftover: Leftover, snapshot: Snapshot) -> Problem:
    title, cause, fix = _told(leftover, snapshot)
    severity = "error" if _is_in_the_way(leftover) else _SEVERITY[leftover.kind]
    return Problem("KE115", severity, title, cause, reference=leftover.name, fixes=(fix,))


def _told(leftover: Leftover, snapshot: Snapshot) -> tuple[str, str, Fix]:
    if leftover.kind == RENAMED:
        return (
            f"A folder that pip moved aside was never removed: {leftover.path}",
            f'An upgrade of {leftover.name} was interrupted, or its files were in use. pip warns about an "invalid '
            'distribution"; Python does not import it.',
            Fix("manual", "Delete that folder"),
        )
    if leftover.kind == MOVED_ASIDE:
        was = leftover.was or leftover.name
        others = () if leftover.name == "tensorflow" else beside_tensorflow(snapshot)
        return (
            f"{was.replace('==', ' ')} is half removed: pip has moved it aside, and put nothing in its place",
            f"Its folder is {leftover.path} now. An upgrade was interrupted.",
            Fix(
                "install",
                "Install it again, then delete what was moved aside, and restart the kernel",
                commands=("%pip install " + " ".join(f'"{pin}"' for pin in (*others, was)),),
                evidence="Restart the kernel afterwards, and delete what begins with ~ in that place.",
            ),
        )
    if leftover.kind == NO_METADATA and leftover.is_empty:
        name = {"tensorflow": "TensorFlow"}.get(leftover.name, leftover.name)
        beside = () if leftover.name == "tensorflow" else beside_tensorflow(snapshot)
        wanted = (*beside, *(pins([leftover.name], snapshot.installed) or (leftover.name,)))
        return (
            f"{name} is not installed: there is only a folder {leftover.name}, left over",
            f"{leftover.path} has no __init__.py, so `import {leftover.name}` gives a module with nothing in it.",
            Fix(
                "install",
                "Delete that folder, install it again, then restart the kernel",
                commands=("%pip install " + " ".join(f'"{pin}"' for pin in wanted),),
                evidence="Delete that folder first, and restart the kernel afterwards.",
            ),
        )
    if leftover.kind == NO_METADATA:
        return (
            f"There is a folder {leftover.name} that no installed package owns",
            f"{leftover.path} is left from a removal or was copied by hand. `import {leftover.name}` still finds "
            "it, perhaps as an empty module.",
            Fix("manual", f"Delete {leftover.path}, then install {leftover.name} again"),
        )
    version = snapshot.installed.version(leftover.name)
    if leftover.kind == DAMAGED_RECORD:
        return (
            f"The record of {leftover.name} {version} is damaged",
            f"{leftover.path} lacks its METADATA or its RECORD. Imports work; pip can neither upgrade nor remove it.",
            Fix(
                "install",
                "Install it over itself",
                commands=(f'%pip install --ignore-installed --no-deps "{leftover.name}=={version}"',),
                evidence="pip then writes a new record and does not look at the old one.",
            ),
        )
    return (
        f"{leftover.name} {version} is recorded as installed, but files are missing",
        f"{leftover.path} is there but the package is incomplete, so pip believes there is nothing to install.",
        Fix(
            "install",
            "Install it again, then restart the kernel",
            commands=(f'%pip install --force-reinstall --no-deps "{leftover.name}=={version}"',),
        ),
    )


RULE = Rule(
    code="KE115",
    name="leftovers of a broken install",
    lesson=Lesson(
        what="`import tensorflow` succeeds and the module is empty (no attribute '__version__'), or pip says \"already "
        'satisfied" and the import says there is no such module.',
        why="pip keeps a record (the .dist-info folder) next to the package. An interrupted install, a full disk, "
        "files in use on Windows, or deleting by hand can leave one without the other. A folder without "
        "__init__.py imports as an empty namespace.",
        related=("KE112", "KE113", "KE125"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
    is_cause=True,
)

"""Two distributions that bring the same module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.distributions import Distribution
from ...kernel.modules import differs
from ...kernel.requirements import is_part_of
from ...kernel.snapshot import Snapshot
from ...kernel.stack import VARIANTS
from .took_part import during_import, packages

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """An import failed in files of which nobody knows to which of the two they belong."""
    if during_import(failure):
        took_part = packages(failure)
        for problem in _on_environment(failure.snapshot):
            if problem.severity == "error" and problem.reference in took_part:
                yield problem


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    for group in VARIANTS:
        found = [distribution for distribution in map(snapshot.installed.get, group) if distribution]
        found = [one for one in found if not any(is_part_of(one, other) for other in found)]
        if len(found) > 1:
            yield _problem(found)


def _problem(found: list[Distribution]) -> Problem:
    first, *others = found
    names = " and ".join(f"{one.name} {one.version}" for one in found)
    same = not any(differs(first.version, other.version) for other in others)
    uninstall = " ".join(one.name for one in found)
    return Problem(
        rule="KE112",
        severity="info" if same else "error",
        title=f"{names} are both installed, and write the same files",
        cause="They have the same version, so this works for now; but uninstalling one of them removes files of "
        "the other."
        if same
        else f"Both install the folder {first.module}; whose files are there depends on which came last.",
        reference=first.module,
        fixes=()
        if same
        else (
            Fix(
                "install",
                "Remove both, install one of them again, then restart the kernel",
                commands=(f"%pip uninstall -y {uninstall}", f'%pip install "{first.name}=={first.version}"'),
                evidence="Removing only one would leave the other incomplete.",
            ),
        ),
    )


RULE = Rule(
    code="KE112",
    name="two variants of one package",
    lesson=Lesson(
        what="tensorflow and tensorflow-cpu (or -gpu, -macos, tf-nightly; keras and keras-nightly) are "
        "installed side by "
        "side, and after one of them is removed or upgraded, `import tensorflow` fails or lacks names.",
        why="To pip they are different packages; on disk they are one folder. The later install overwrites the "
        "earlier one, and removing either removes files of both. So remove all of them, then install one.",
        related=("KE115", "KE113"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
    is_cause=True,
)

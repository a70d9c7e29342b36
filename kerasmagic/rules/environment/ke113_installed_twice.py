"""The same distribution in two places of the search path, or twice in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.distributions import Distribution
from ...kernel.places import PYTHONPATH, USER_SITE, place
from ...kernel.record import damaged_files
from ...kernel.requirements import pins
from ...kernel.snapshot import Snapshot
from ...kernel.stack import MODULES
from .took_part import during_import, packages

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


def copies(snapshot: Snapshot) -> Iterator[tuple[Distribution, ...]]:
    """The distributions of the stack that are there more than once, the one that wins first."""
    for name in MODULES:
        found = snapshot.installed.copies(name)
        if len(found) > 1:
            yield found


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    for found in copies(snapshot):
        # A copy of the user's own that wins has a rule of its own: KE114.
        if place(found[0].location) not in (USER_SITE, PYTHONPATH) or _records(found) > 1:
            yield _problem(found, snapshot)


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """An import failed in a package of which two records lie in one folder: its files are of both, or of neither."""
    if during_import(failure):
        took_part, snapshot = packages(failure), failure.snapshot
        for found in copies(snapshot):
            if found[0].module in took_part and _records(found) > 1:
                yield _problem(found, snapshot)._replace(severity="error")


def _records(found: tuple[Distribution, ...]) -> int:
    return sum(copy.location == found[0].location for copy in found)


def _problem(found: tuple[Distribution, ...], snapshot: Snapshot) -> Problem:
    first, *others = found
    records = _records(found)
    fits = snapshot.installed.get(first.name) or first
    return Problem(
        rule="KE113",
        severity="error" if records > 1 and next(damaged_files(fits), "") else "warning",
        title=f"{first.name} is installed {len(found)} times: "
        + ", ".join(copy.version or "unknown version" for copy in found),
        cause="One folder has two records of it, as an interrupted upgrade leaves them; its files may come from either."
        if records > 1
        else f"Python imports the first, {first.version}, in {first.location}; the other is in "
        + ", ".join(other.location for other in others),
        reference=first.module,
        fixes=(_fix(first, records, snapshot),),
    )


def _fix(first: Distribution, records: int, snapshot: Snapshot) -> Fix:
    if records > 1:
        (pin,) = pins([first.name], snapshot.installed) or (first.name,)
        return Fix(
            "install",
            "Uninstall it once per record, install it again, then restart the kernel",
            commands=(*[f"%pip uninstall -y {first.name}"] * records, f'%pip install "{pin}"'),
            evidence="pip removes one record at a time.",
        )
    return Fix("manual", f"Keep one: take the other folder off sys.path, or uninstall {first.name} there")


RULE = Rule(
    code="KE113",
    name="package installed twice",
    lesson=Lesson(
        what="The version that `pip list` shows is not the version that `import` gives.",
        why="Python imports the first one on sys.path. pip, or another front-end, may look elsewhere first.",
        related=("KE114", "KE118"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
    is_cause=True,
)

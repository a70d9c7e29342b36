"""The same distribution in two places of the search path, or twice in one."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.distributions import Distribution
from ...kernel.places import PYTHONPATH, USER_SITE, place
from ...kernel.requirements import pins
from ...kernel.snapshot import Snapshot
from ...kernel.stack import MODULES


def copies(snapshot: Snapshot) -> Iterator[tuple[Distribution, ...]]:
    """The distributions of the stack that are there more than once, the one that wins first."""
    for name in MODULES:
        found = snapshot.installed.copies(name)
        if len(found) > 1:
            yield found


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    for first, *others in copies(snapshot):
        where = place(first.location)
        records = sum(copy.location == first.location for copy in (first, *others))
        # A copy of the user's own that wins has a rule of its own: KE114.
        if where not in (USER_SITE, PYTHONPATH) or records > 1:
            yield Problem(
                rule="KE113",
                severity="warning",
                title=f"{first.name} is installed {len(others) + 1} times: "
                + ", ".join(copy.version or "unknown version" for copy in (first, *others)),
                cause="One folder has two records of it, as an interrupted upgrade leaves them; its files may come "
                "from either."
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
            evidence="pip removes one record at a time",
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
    is_cause=True,
)

"""A package was changed on disk after it was imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    for module in snapshot.modules:
        if module.stale and not module.partial:
            yield Problem(
                rule="KE111",
                severity="error",
                title=f"{module.name} {module.version} is in memory, {module.version_on_disk} is installed",
                cause=f"{module.distribution} changed on disk after this kernel imported it; anything imported from "
                "now on comes from the other version.",
                reference=module.name,
                fixes=(
                    Fix(
                        "restart",
                        "Restart the kernel (Colab: Runtime > Restart session), then run the imports again",
                        evidence=f"{module.name}.__version__ in memory differs from the version on disk",
                    ),
                ),
            )


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """A name is missing in a package that was changed on disk: what is missing may be there after a restart."""
    roots = failure.changed_packages
    if roots:
        for problem in _on_environment(failure.snapshot):
            if problem.reference in roots:
                yield problem


RULE = Rule(
    code="KE111",
    name="old version still in memory",
    lesson=Lesson(
        what="After `%pip install` the old version is still in use, or imports fail that work in a fresh kernel.",
        why="Python imports a package once and keeps it in memory, while pip changes files. What is loaded stays "
        "old, what is loaded later is new, and the two may not fit together. Reloading does not help, because "
        "compiled parts cannot be loaded twice: restart the kernel.",
        related=("KE119", "KE122"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
    is_cause=True,
)

"""A package was changed on disk after it was imported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.distributions import installed_on
from ...kernel.modules import LoadedModule, stale
from ...kernel.snapshot import Snapshot
from ...kernel.stack import MODULES
from .fitting import fixes
from .misfits import idea
from .took_part import half_imported, packages

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    for module in snapshot.modules:
        if module.stale and not module.partial:
            yield _problem(module, snapshot)


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """A name is missing in a package that was changed on disk: what is missing may be there after a restart. Or a
    package that took part in an import was changed: one part of it is old, another new."""
    installed = installed_on(sys.path)
    roots = failure.changed_packages
    if not roots and half_imported(failure):
        named = [name for name in MODULES.values() if f"{name}." in failure.message]  # "numpy.dtype size changed"
        roots = tuple(dict.fromkeys([*packages(failure), *named]))
    for module in filter(None, (stale(root, installed) for root in roots)):
        yield _problem(module, failure.snapshot)


def _problem(module: LoadedModule, snapshot: Snapshot) -> Problem:
    unmet = [entry for entry in snapshot.unmet if entry.name == module.distribution]
    restart = Fix(
        "restart",
        "Restart the kernel (Colab: Runtime > Restart session), then run the imports again",
        evidence=f"{module.name}.__version__ in memory differs from the version on disk",
    )
    refused = " ".join(["A restart alone does not help:", *(entry.sentence for entry in unmet[:2])] if unmet else [])
    return Problem(
        rule="KE111",
        severity="error",
        title=f"{module.name} {module.version} is in memory, {module.version_on_disk} is installed",
        cause=refused
        or f"{module.distribution} changed on disk after this kernel imported it; anything imported from now on comes "
        "from the other version.",
        reference=module.name,
        fixes=tuple(fixes(idea(unmet[0]), snapshot, unmet)) if unmet else (restart,),
    )


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

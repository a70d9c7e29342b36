"""A failed import left parts of a package in memory."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    names = [module.name for module in snapshot.modules if module.partial and module.distribution]
    if names:
        yield Problem(
            rule="KE119",
            severity="warning",
            title=f"An import of {' and '.join(names)} failed, and parts are still in memory",
            cause="Another attempt in this kernel gives a different error; the first one shows the real cause.",
            reference=names[0],
            fixes=(
                Fix("restart", f"Solve the first error, restart the kernel, then import {' and '.join(names)} again"),
            ),
        )


RULE = Rule(
    code="KE119",
    name="half-imported module",
    lesson=Lesson(
        what='The second `import tensorflow` fails with another message than the first: "partially '
        'initialized module", or '
        "a name that is registered twice.",
        why="When an import fails, Python forgets the module but keeps the submodules that were loaded. Compiled "
        "parts cannot be loaded a second time. Only the first traceback of a fresh kernel shows the real cause.",
        related=("KE111", "KE117"),
    ),
    on_environment=_on_environment,
)

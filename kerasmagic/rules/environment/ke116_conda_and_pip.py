"""conda and pip disagree about what is installed."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.modules import differs
from ...kernel.snapshot import Snapshot


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    moved = []
    for distribution in snapshot.distributions:
        version = snapshot.conda.get(distribution.name)
        if version and differs(version, distribution.version):
            moved.append(f"{distribution.name} (conda: {version}, on disk: {distribution.version})")
    if moved:
        yield Problem(
            rule="KE116",
            severity="warning",
            title="pip has changed packages that conda installed: " + ", ".join(moved),
            cause="conda does not know of the change, and its next install may undo half of it.",
            reference="conda",
            fixes=(
                Fix(
                    "manual",
                    "Use one of the two for these packages; the safe way is a new environment with TensorFlow "
                    "from pip only",
                ),
            ),
        )


RULE = Rule(
    code="KE116",
    name="conda against pip",
    lesson=Lesson(
        what="A conda environment whose numpy, protobuf or keras was replaced by pip, and that breaks with the next "
        "`conda install`.",
        why="conda and pip write into the same folder and keep separate books. pip overwrites what conda "
        "installed; conda "
        "then links its own files over pip's.",
        related=("KE101", "KE113"),
    ),
    on_environment=_on_environment,
)

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
            cause="conda does not know about the change, and its next install may undo half of it.",
            reference="conda",
            fixes=(
                Fix(
                    "manual",
                    "Use only one of the two for these packages; the safest way is a new environment with "
                    "TensorFlow from pip",
                ),
            ),
        )


RULE = Rule(
    code="KE116",
    name="packages from both conda and pip",
    lesson=Lesson(
        what="In a conda environment, pip replaced numpy, protobuf or keras; the next `conda install` breaks it.",
        why="conda and pip write into the same folder without knowing of each other. pip overwrites what conda "
        "installed; later conda puts its own files back.",
        related=("KE101", "KE113"),
    ),
    on_environment=_on_environment,
)

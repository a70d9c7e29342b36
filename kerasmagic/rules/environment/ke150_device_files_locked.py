"""This user may not open the card's device files."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from .unused_gpu import problem, unused_gpu


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot)
    if gpu and gpu.locked:
        yield problem(
            "KE150",
            f"This user may not open {gpu.locked[0]}",
            "CUDA then says that there is no device.",
            Fix(
                "manual",
                "Join the group that owns it (ls -l shows which), then log in again",
                None,
                ("ls -l /dev/nvidia*", "sudo usermod -aG video $USER"),
            ),
        )


RULE = Rule(
    code="KE150",
    name="device files that are locked",
    lesson=Lesson(
        what="`sudo nvidia-smi` shows the card; in the notebook there is none.",
        why="/dev/nvidia0 and its sisters are usually open for all. On machines of several users, clusters and "
        "JupyterHubs they belong to a group, or to the job that was given the card.",
        related=("KE146",),
    ),
    on_environment=_on_environment,
)

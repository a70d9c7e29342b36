"""The driver in memory and the driver on disk are of different versions."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from .unused_gpu import problem, unused_gpu


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot)
    if gpu and not gpu.wsl and gpu.driver and gpu.libcuda_version and gpu.libcuda_version != gpu.driver:
        yield problem(
            "KE147",
            f"NVIDIA's driver is {gpu.driver} in memory and {gpu.libcuda_version} on disk",
            f"{gpu.libcuda} belongs to the other version, and CUDA refuses to start with it.",
            Fix("restart", "Restart the container, so that it gets the host's libcuda")
            if gpu.container
            else Fix("restart", "Restart the machine (the driver was upgraded, and the old one is still running)"),
        )


RULE = Rule(
    code="KE147",
    name="driver of two versions",
    lesson=Lesson(
        what='`nvidia-smi` says "Driver/library version mismatch", and TensorFlow finds no GPU since yesterday.',
        why="An update replaced the driver's files, and the kernel goes on with the one that it has loaded. A "
        "container "
        "image with a libcuda of its own has the same effect.",
        related=("KE145", "KE148"),
    ),
    on_environment=_on_environment,
)

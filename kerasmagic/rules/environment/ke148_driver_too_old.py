"""NVIDIA's driver is older than the CUDA that TensorFlow was built with."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.release import release
from ...kernel.snapshot import Snapshot
from .unused_gpu import problem, unused_gpu

# The oldest driver for each generation of CUDA (NVIDIA's table of minor version compatibility).
_OLDEST = {11: "450.80.02", 12: "525.60.13", 13: "580.65.06"}


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot)
    if gpu is None or gpu.build is None or not gpu.driver:
        return
    oldest = _OLDEST.get(release(gpu.build.cuda)[0], "")
    if oldest and release(gpu.driver) < release(oldest):
        yield problem(
            "KE148",
            f"NVIDIA's driver {gpu.driver} is too old for TensorFlow {snapshot.tensorflow}",
            f"It was built with CUDA {gpu.build.cuda}, which needs driver {oldest} or newer.",
            Fix(
                "manual",
                "Upgrade the driver and restart the machine; on Ubuntu in a terminal",
                None,
                ("sudo ubuntu-drivers install", "sudo reboot"),
                evidence="NVIDIA's table of CUDA and its drivers",
            ),
        )


RULE = Rule(
    code="KE148",
    name="driver that is too old",
    lesson=Lesson(
        what='TensorFlow prints "CUDA driver version is insufficient for CUDA runtime version", or just lists no GPU.',
        why="A driver runs the CUDA of its own time and all older ones. CUDA 11 needs driver 450.80.02, CUDA 12 (from "
        "TensorFlow 2.15 on) 525.60.13, CUDA 13 580.65.06 on Linux.",
        related=("KE145", "KE147", "KE155"),
    ),
    on_environment=_on_environment,
)

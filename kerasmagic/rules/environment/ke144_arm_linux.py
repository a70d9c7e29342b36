"""TensorFlow's wheels for ARM Linux are for the CPU."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from .unused_gpu import GUIDE, problem, unused_gpu


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot, build=False)
    if gpu is None or gpu.build is None or gpu.build.cuda or gpu.withheld:
        return
    if gpu.machine.platform == "linux" and gpu.machine.architecture == "aarch64":
        yield problem(
            "KE144",
            "TensorFlow's wheels for ARM Linux are built for the CPU: they do not use the GPU",
            "On this processor `pip install tensorflow[and-cuda]` brings the same build.",
            Fix(
                "manual",
                "Use NVIDIA's container image of TensorFlow for ARM (nvcr.io/nvidia/tensorflow), or for a "
                "Jetson NVIDIA's own wheel",
                evidence=GUIDE,
            ),
        )


RULE = Rule(
    code="KE144",
    name="ARM Linux",
    lesson=Lesson(
        what="On a Jetson, a Grace machine or an ARM server with an NVIDIA card, TensorFlow lists no GPU.",
        why="Since 2.10 the wheels for ARM Linux are those of tensorflow-cpu-aws, for the CPU. NVIDIA builds "
        "TensorFlow "
        "for its own ARM machines.",
        since="tensorflow 2.10",
        related=("KE143",),
    ),
    on_environment=_on_environment,
)

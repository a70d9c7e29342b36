"""The program looks for a GPU, and the machine shows no card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import INFO, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from .unused_gpu import problem, unused_gpu

if TYPE_CHECKING:
    from ...kernel.gpu import Gpu


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot, seen=False)
    if gpu is None or gpu.nvidia or gpu.smi or gpu.rocm or gpu.machine.platform != "linux":
        return
    yield problem(
        "KE158",
        "This machine shows no NVIDIA GPU: TensorFlow runs on the CPU",
        _seen(gpu),
        Fix("manual", "Run it on a machine with an NVIDIA GPU; in Colab: Runtime > Change runtime type"),
        severity=INFO,
    )


def _seen(gpu: Gpu) -> str:
    if gpu.wsl:
        return "Windows passes none on: its NVIDIA driver would bring /usr/lib/wsl/lib/libcuda.so.1."
    container = " A container gets it only with an option: docker run --gpus all." if gpu.container else ""
    return f"There is neither a card of NVIDIA's on its bus, nor its driver in /proc, nor /dev/nvidia0.{container}"


RULE = Rule(
    code="KE158",
    name="no card",
    lesson=Lesson(
        what="`tf.config.list_physical_devices('GPU')` is empty, and `tf.test.gpu_device_name()` is ''.",
        why="TensorFlow uses cards of NVIDIA's. A machine shows one on its bus, by the driver in /proc/driver/nvidia "
        "and by /dev/nvidia0; a virtual machine or a container only where it was given one.",
        related=("KE140", "KE145", "KE146"),
    ),
    on_environment=_on_environment,
)

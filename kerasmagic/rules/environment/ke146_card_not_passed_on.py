"""The driver is loaded, and this process has no access to the card: no device files, or no libcuda."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import INFO, WARNING, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from .unused_gpu import problem, unused_gpu

if TYPE_CHECKING:
    from ...kernel.gpu import Gpu


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot)
    if gpu is None or not gpu.driver or gpu.wsl or (gpu.device_files and gpu.libcuda):
        return
    yield problem("KE146", *_told(gpu), severity=INFO if gpu.withheld else WARNING)


def _told(gpu: Gpu) -> tuple[str, str, Fix]:
    if gpu.withheld:
        return (
            "This container has not been given the GPU of its host",
            f"The host has NVIDIA's driver {gpu.driver}; in here there is no /dev/nvidia0.",
            Fix(
                "manual",
                "Start it with the GPU (needs NVIDIA's container toolkit on the host)",
                None,
                ("docker run --gpus all …",),
            ),
        )
    if not gpu.device_files:
        return (
            f"NVIDIA's driver {gpu.driver} is loaded, and there is no /dev/nvidia0",
            "The device files are made when the card is used for the first time with enough rights.",
            Fix("manual", "Make them, in a terminal", None, ("sudo nvidia-modprobe -u -c=0",)),
        )
    return (
        f"NVIDIA's driver {gpu.driver} is loaded, and its library libcuda.so.1 is not found",
        "It is the part of the driver that programs use. In a container it is left out unless compute is asked for.",
        Fix(
            "manual",
            "Start the container with it",
            None,
            ("docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,utility …",),
        )
        if gpu.container
        else Fix(
            "manual",
            "Install it, of the driver's own version; on Ubuntu in a terminal",
            None,
            (f"sudo apt install libnvidia-compute-{gpu.driver.partition('.')[0]}",),
        ),
    )


RULE = Rule(
    code="KE146",
    name="card that is not passed on",
    lesson=Lesson(
        what="On the host `nvidia-smi` works; in the container, or for this process, there is no GPU.",
        why="A program needs three things of the driver: the kernel's part, the device files /dev/nvidia*, and "
        "libcuda.so.1. A container gets the last two only when it is started with `--gpus`; Kubernetes gives them to "
        "pods that ask for nvidia.com/gpu.",
        related=("KE145", "KE150"),
    ),
    on_environment=_on_environment,
)

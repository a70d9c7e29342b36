"""WSL does not pass the card on, or a driver for Linux is in the way of Windows' own."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from .unused_gpu import problem, unused_gpu


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot)
    if gpu is None or not gpu.wsl:
        return
    if not gpu.dxg:
        yield problem(
            "KE149",
            "Windows has NVIDIA's driver, and WSL does not pass the card on",
            "There is no /dev/dxg in here: this is WSL 1, or a WSL that is too old.",
            Fix(
                "manual",
                "In PowerShell, then restart WSL",
                None,
                ("wsl --update", "wsl --set-version <distribution> 2", "wsl --shutdown"),
            ),
        )
    elif not gpu.libcuda:
        yield problem(
            "KE149",
            "WSL passes the card on, and not NVIDIA's library libcuda.so.1",
            "Windows' driver brings it in /usr/lib/wsl/lib; a driver that is too old for WSL does not.",
            Fix("manual", "Install the newest NVIDIA driver in Windows, then in PowerShell", None, ("wsl --shutdown",)),
        )
    elif not gpu.libcuda.endswith("/wsl/lib/libcuda.so.1"):
        yield problem(
            "KE149",
            "A driver for Linux is installed in WSL and hides the one that Windows passes on",
            f"{gpu.libcuda} is found before /usr/lib/wsl/lib/libcuda.so.1.",
            Fix(
                "manual",
                "Remove it, in a terminal",
                None,
                ("sudo apt purge '^libnvidia-compute.*' '^nvidia-driver.*'",),
                evidence="NVIDIA's guide for CUDA on WSL: install no Linux display driver",
            ),
        )


RULE = Rule(
    code="KE149",
    name="GPU in WSL",
    lesson=Lesson(
        what="Inside of WSL TensorFlow lists no GPU, although Windows has an NVIDIA driver.",
        why="In WSL 2 the driver is Windows' own: it appears as /dev/dxg and /usr/lib/wsl/lib/libcuda.so.1. WSL 1 has "
        "neither, and a Linux driver installed inside hides the second.",
        related=("KE141", "KE145"),
    ),
    on_environment=_on_environment,
)

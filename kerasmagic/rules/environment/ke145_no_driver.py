"""A card of NVIDIA's without NVIDIA's driver."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from .unused_gpu import GUIDE, problem, unused_gpu


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot)
    if gpu is None or gpu.driver or gpu.wsl or gpu.machine.platform != "linux":
        return
    instead = {card.kernel_driver for card in gpu.cards if card.vendor == "NVIDIA"} - {"", "nvidia"}
    yield problem(
        "KE145",
        "There is an NVIDIA card, and NVIDIA's driver is not loaded",
        f"The system has given the card to {instead.pop()}, which CUDA cannot use."
        if instead
        else "There is no /proc/driver/nvidia/version. After an update of the system the driver may have to be built "
        "anew.",
        Fix(
            "manual",
            "Install NVIDIA's driver and restart the machine; on Ubuntu in a terminal",
            None,
            ("sudo ubuntu-drivers install", "sudo reboot"),
            evidence=GUIDE,
        ),
    )


RULE = Rule(
    code="KE145",
    name="no NVIDIA driver",
    lesson=Lesson(
        what='TensorFlow lists no GPU and prints "failed call to cuInit" or "Could not find cuda drivers"; '
        "`nvidia-smi` "
        "fails.",
        why="pip can install CUDA's libraries, and not the driver: that belongs to the system's kernel. The free "
        "driver "
        "nouveau shows pictures and knows no CUDA. With Secure Boot an unsigned driver is not loaded.",
        related=("KE146", "KE147", "KE148"),
    ),
    on_environment=_on_environment,
)

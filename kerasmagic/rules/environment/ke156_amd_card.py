"""A card of AMD's with ROCm, and a TensorFlow that was built for CUDA or the CPU."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from .unused_gpu import computes_here, problem, restart


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = snapshot.gpu
    amd = any(card.vendor == "AMD" for card in gpu.cards) and gpu.rocm and not gpu.nvidia
    if amd and computes_here(snapshot) and gpu.build and not gpu.build.rocm:
        yield problem(
            "KE156",
            f"There is an AMD card with ROCm, and TensorFlow {snapshot.tensorflow} is not built for it",
            "The wheels of tensorflow know CUDA only; AMD builds tensorflow-rocm.",
            Fix(
                "install",
                f"Replace it by AMD's build{restart(snapshot)}; AMD's guide says which one fits the ROCm here",
                None,
                (f"%pip uninstall -y {_name(snapshot)}", "%pip install tensorflow-rocm"),
            ),
        )


def _name(snapshot: Snapshot) -> str:
    return next(found.name for found in snapshot.distributions if found.module == "tensorflow")


RULE = Rule(
    code="KE156",
    name="AMD card",
    lesson=Lesson(
        what="`rocminfo` shows the card, and TensorFlow lists no GPU.",
        why="TensorFlow's own wheels are built for CUDA, which is NVIDIA's. For AMD's ROCm there is tensorflow-rocm, "
        "of "
        "which each release is for one release of ROCm. A laptop's graphics without ROCm are not used for computing.",
        related=("KE143",),
    ),
    on_environment=_on_environment,
)

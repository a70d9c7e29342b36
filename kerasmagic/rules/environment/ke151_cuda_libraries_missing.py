"""CUDA's libraries, which TensorFlow opens when it starts, are not there."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from .unused_gpu import GUIDE, problem, requirement, restart, shown, unused_gpu


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot, seen=False)
    if gpu is None or gpu.build is None or (gpu.nvidia and gpu.withheld) or not (gpu.nvidia or gpu.smi):
        return
    missing = [library.name for library in gpu.libraries if not library.path]
    if missing:
        yield problem(
            "KE151",
            f"CUDA's libraries are missing: {', '.join(missing)}",
            f"TensorFlow {snapshot.tensorflow} was built with CUDA {gpu.build.cuda} and cuDNN {gpu.build.cudnn}, opens "
            "these when it starts, and skips the GPU where one is not found."
            + (f" The CUDA in {gpu.toolkits[0]} is another one, or lacks cuDNN." if gpu.toolkits else "")
            + shown(gpu),
            _fix(snapshot, gpu.build.cuda, gpu.build.cudnn),
        )


def _fix(snapshot: Snapshot, cuda: str, cudnn: str) -> Fix:
    line = requirement(snapshot)
    if "[and-cuda]" in line:
        evidence = "Its metadata names them under and-cuda."
        return Fix(
            "install", f"Install them{restart(snapshot)}", commands=(f'%pip install "{line}"',), evidence=evidence
        )
    title = f"Install CUDA {cuda} and cuDNN {cudnn} on this machine, and put their folders on LD_LIBRARY_PATH"
    return Fix("manual", title, evidence=GUIDE)


RULE = Rule(
    code="KE151",
    name="CUDA libraries that are missing",
    lesson=Lesson(
        what='TensorFlow prints "Cannot dlopen some GPU libraries … Skipping registering GPU devices", and runs on the '
        "CPU.",
        why="`pip install tensorflow` brings TensorFlow without CUDA. From 2.14 on `tensorflow[and-cuda]` brings both; "
        "for older ones CUDA and cuDNN are installed by hand. One missing library is enough.",
        related=("KE152", "KE153", "KE145"),
    ),
    on_environment=_on_environment,
)

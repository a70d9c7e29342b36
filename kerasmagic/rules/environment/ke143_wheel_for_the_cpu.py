"""The TensorFlow that is installed was built without CUDA."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import INFO, WARNING, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from ...kernel.stack import TENSORFLOW_VARIANTS
from .unused_gpu import problem, requirement, restart, shown, unused_gpu


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot, build=False, seen=False)
    if gpu is None or gpu.build is None or gpu.build.cuda or gpu.build.rocm or (gpu.nvidia and gpu.withheld):
        return
    if gpu.machine.platform != "linux" or gpu.machine.architecture != "x86_64":
        return  # there is no other wheel: KE141, KE144
    names = [name for name in TENSORFLOW_VARIANTS if name in snapshot.installed]
    install = Fix(
        "install",
        f"Replace it by the build for CUDA{'' if gpu.nvidia else ', which uses an NVIDIA GPU'}{restart(snapshot)}",
        commands=(f"%pip uninstall -y {' '.join(names)}", f'%pip install "{requirement(snapshot)}"'),
        evidence="Its build_info.py says so: is_cuda_build.",
    )
    yield problem(
        "KE143",
        f"{names[0]} {snapshot.tensorflow} is a build for the CPU, and "
        + (f"there is an {gpu.name}" if gpu.nvidia else "never finds a GPU"),
        f"Its files hold no code for a GPU, so that driver and CUDA make no difference.{shown(gpu)}",
        install,
        severity=WARNING if gpu.nvidia or gpu.smi else INFO,
    )


RULE = Rule(
    code="KE143",
    name="build for the CPU",
    lesson=Lesson(
        what="The driver works, `nvidia-smi` shows the card, and TensorFlow lists no GPU and says nothing about it.",
        why="tensorflow-cpu, intel-tensorflow and tf-nightly-cpu are built without CUDA. They write into the same "
        "folder "
        "as tensorflow, so that the one that was installed last decides. "
        "`tf.sysconfig.get_build_info()['is_cuda_build']` says which it is.",
        related=("KE112", "KE151", "KE144"),
    ),
    on_environment=_on_environment,
)

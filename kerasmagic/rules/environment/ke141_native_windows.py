"""TensorFlow after 2.10 uses no GPU on Windows itself."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.release import minor
from ...kernel.snapshot import Snapshot
from .unused_gpu import GUIDE, problem, unused_gpu

_LAST_WITH_GPU = (2, 10)
_LAST_PYTHON = (3, 10)


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot, build=False)
    if gpu and gpu.machine.platform == "win32" and minor(snapshot.tensorflow) > _LAST_WITH_GPU:
        yield problem(
            "KE141",
            f"TensorFlow {snapshot.tensorflow} uses no GPU on Windows; 2.10 was the last release that did",
            "Newer ones are built for the CPU only there. Inside of WSL 2, which is Linux, they use the GPU.",
            Fix(
                "manual",
                "Run Jupyter inside of WSL 2, and install it there",
                None,
                ('pip install "tensorflow[and-cuda]"',),
            ),
            *_older(snapshot),
        )


def _older(snapshot: Snapshot) -> Iterator[Fix]:
    if minor(snapshot.interpreter.version) <= _LAST_PYTHON:
        title = "Or take 2.10, with CUDA 11.2 and cuDNN 8.1 installed on Windows"
        yield Fix("install", title, None, ('%pip install "tensorflow==2.10.1" "numpy<2"',), evidence=GUIDE)


RULE = Rule(
    code="KE141",
    name="GPU on Windows itself",
    lesson=Lesson(
        what="On Windows TensorFlow 2.11 and newer list no GPU, whatever is installed beside them.",
        why="Since 2.11 the wheel for Windows (tensorflow-intel) is a build for the CPU. 2.10 has wheels for Python "
        "3.7 "
        "to 3.10. WSL 2 runs the Linux wheel, and Windows' own driver passes the card on.",
        since="tensorflow 2.11",
        related=("KE143", "KE149"),
    ),
    on_environment=_on_environment,
)

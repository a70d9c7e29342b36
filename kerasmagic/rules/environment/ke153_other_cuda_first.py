"""LD_LIBRARY_PATH puts another CUDA before the libraries that fit."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.release import release
from ...kernel.snapshot import Snapshot
from .unused_gpu import problem, unused_gpu


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot)
    for library in gpu.libraries if gpu else ():
        wheel = snapshot.installed.get(library.wheel)
        if wheel is None or not library.name.startswith("libcudnn") or library.path.startswith(wheel.location):
            continue
        if not library.version or release(library.version)[:2] >= release(wheel.version)[:2]:
            continue
        folder = Path(library.path).parent
        yield problem(
            "KE153",
            f"LD_LIBRARY_PATH puts {library.name} {library.version} before the {wheel.version} that is installed here",
            f"TensorFlow opens the one in {folder}, which it was not built for.",
            Fix(
                "setting",
                "Start Jupyter without that folder, in a terminal",
                None,
                ("unset LD_LIBRARY_PATH",),
                evidence="The loader looks there before it looks beside TensorFlow.",
            ),
        )


RULE = Rule(
    code="KE153",
    name="another CUDA that comes first",
    lesson=Lesson(
        what="`tensorflow[and-cuda]` is installed, and TensorFlow opens an older cuDNN of the system.",
        why="An old guide has put /usr/local/cuda-…/lib64 on LD_LIBRARY_PATH. The wheels of TensorFlow know where "
        "their "
        "own libraries are, but that variable goes first. It is read when the process starts: setting it in a cell "
        "has no effect.",
        related=("KE151", "KE152"),
    ),
    on_environment=_on_environment,
)

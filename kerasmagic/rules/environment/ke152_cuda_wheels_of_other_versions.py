"""The nvidia wheels are of other versions than TensorFlow's metadata names for CUDA."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.release import release
from ...kernel.requirements import askers
from ...kernel.snapshot import Snapshot
from ...kernel.stack import TENSORFLOW_VARIANTS
from .unused_gpu import problem, requirement, restart, unused_gpu

_LOWEST = re.compile(r"(nvidia-[\w-]+)[^;]*?(?:==|>=)\s*([\d.]+)")


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    found = snapshot.installed.first(TENSORFLOW_VARIANTS)
    if unused_gpu(snapshot) is None or found is None:
        return
    wrong = [
        (name, version, lowest)
        for name, lowest in (_LOWEST.findall(text)[0] for text in found.requires if _is_cuda(text))
        for version in [snapshot.installed.version(name)]
        if version and (release(version) < release(lowest) or release(version)[:1] != release(lowest)[:1])
    ]
    if wrong:
        others = sorted({who for name, _, _ in wrong for who in askers(name, snapshot.installed)})
        yield problem(
            "KE152",
            f"{wrong[0][0]} {wrong[0][1]} is not the one that TensorFlow {snapshot.tensorflow} was built for",
            " ".join(
                f"It names {name} {lowest} for CUDA; {version} is installed." for name, version, lowest in wrong[:3]
            )
            + (f" {', '.join(others)} may have brought it." if others else ""),
            Fix(
                "install",
                f"Install what it names{restart(snapshot)}",
                None,
                (f'%pip install "{requirement(snapshot)}"',),
                evidence="Its metadata asks for them under and-cuda.",
            ),
        )


def _is_cuda(text: str) -> bool:
    return "and-cuda" in text and _LOWEST.search(text) is not None


RULE = Rule(
    code="KE152",
    name="CUDA wheels of other versions",
    lesson=Lesson(
        what='TensorFlow prints "Loaded runtime CuDNN library: 9.1.0 but source was compiled with: 9.3.0", or lists no '
        "GPU, after another package was installed.",
        why="PyTorch, JAX and TensorFlow each ask for CUDA's libraries as wheels (nvidia-cudnn-cu12 …) of versions of "
        "their own, and an environment has only one of each. TensorFlow names its own only under the extra and-cuda, "
        "so "
        "that pip does not mind when they are replaced.",
        related=("KE151", "KE101"),
    ),
    on_environment=_on_environment,
)

"""The card is older, or newer, than those that the wheel has code for."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.install_lines import install_tensorflow
from ...kernel.snapshot import Snapshot
from .unused_gpu import problem

# The highest compute capability of the generations of cards that some wheel leaves out, by NVIDIA's own names.
_CAPABILITIES = (
    (r"GeForce RTX 50[5-9]0|RTX PRO \d+ .*Blackwell|\bGB10\b", (12, 0)),
    (r"\bG?B[23]00\b", (10, 3)),
    (r"GTX 9\d\d|GTX 7(?:45|50)|GTX TITAN X|Tesla M\d+|Quadro M\d+|GeForce 9[0-4]0M", (5, 2)),
    (r"GTX [67]\d\d|GT [67][0-4]\d|Tesla K\d+|Quadro K\d+|TITAN (?:Black|Z)", (3, 7)),
)


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    """A card that is too old is not listed; one that is too new is, and fails when it computes."""
    gpu = snapshot.gpu
    code = sorted(map(_number, gpu.build.capabilities)) if gpu.build else []
    for model in gpu.models if code and snapshot.keras.backend == "tensorflow" else ():
        capability = next((numbers for pattern, numbers in _CAPABILITIES if re.search(pattern, model)), None)
        if capability and capability < code[0]:
            yield problem(
                "KE155",
                f"The {model} is too old for TensorFlow {snapshot.tensorflow}",
                f"Its compute capability is at most {_dotted(capability)}; this wheel has code for "
                f"{_dotted(code[0])} and "
                "newer.",
                _for_older(capability, snapshot),
            )
        elif capability and capability[0] > code[-1][0]:
            yield problem(
                "KE155",
                f"The {model} is newer than TensorFlow {snapshot.tensorflow}, which has no code for it",
                f"This wheel has code up to compute capability {_dotted(code[-1])}, the card has "
                f"{_dotted(capability)}: "
                "TensorFlow compiles for half an hour at the first step, or ends in CUDA_ERROR_INVALID_PTX.",
                Fix(
                    "manual",
                    "Use NVIDIA's container image of TensorFlow, which is built for this card",
                    None,
                    ("docker run --gpus all -it nvcr.io/nvidia/tensorflow:25.02-tf2-py3",),
                    evidence="tensorflow#89272, #101746",
                ),
            )


def _for_older(capability: tuple[int, int], snapshot: Snapshot) -> Fix:
    if capability < (5, 0):
        return Fix("manual", "Use another machine, or the GPU of a notebook service")
    lines = install_tensorflow("[and-cuda]==2.16.2", snapshot.installed)
    title = "Take the last release that has code for it (Python 3.9 to 3.12), then restart the kernel"
    return Fix("install", title, commands=lines, evidence="2.16.2 has sm_50, 2.17.1 begins with sm_60 (build_info.py)")


def _number(name: str) -> tuple[int, int]:
    """(6, 0) of ``sm_60``."""
    digits = name.partition("_")[2]
    return int(digits[:-1]), int(digits[-1])


def _dotted(capability: tuple[int, int]) -> str:
    return f"{capability[0]}.{capability[1]}"


RULE = Rule(
    code="KE155",
    name="GPU this TensorFlow was not built for",
    lesson=Lesson(
        what='TensorFlow ignores an old card ("Ignoring visible gpu device … with compute capability 5.2"), or ends '
        "on a "
        "new one in CUDA_ERROR_INVALID_PTX or CUDA_ERROR_INVALID_HANDLE.",
        why="A wheel holds code for some generations of cards. 2.17 and newer begin with 6.0 (Pascal, GTX 10…) and end "
        "with 9.0 (2.20.0: sm_60 to sm_89 and compute_90); a GeForce RTX 50… has 12.0. "
        "`tf.sysconfig.get_build_info()['cuda_compute_capabilities']` shows them.",
        since="tensorflow 2.17",
        related=("KE148", "KE159"),
    ),
    on_environment=_on_environment,
)

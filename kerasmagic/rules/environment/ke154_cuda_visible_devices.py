"""CUDA_VISIBLE_DEVICES hides the card."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import INFO, WARNING, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from .unused_gpu import problem, unused_gpu


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpu = unused_gpu(snapshot)
    if gpu is None or gpu.visible is None:
        return
    first = gpu.visible.partition(",")[0].strip()
    count = len(gpu.device_files)
    hidden = first in ("", "-1")
    if hidden or (first.isdigit() and 0 < count <= int(first)):
        yield problem(
            "KE154",
            f"CUDA_VISIBLE_DEVICES={gpu.visible!r} hides "
            + ("every GPU" if hidden else f"the {count} GPU{'s' if count > 1 else ''} of this machine"),
            "The numbers begin at 0, and what comes after one that does not exist does not count."
            if not hidden
            else "CUDA reads it once, when TensorFlow starts it.",
            Fix(
                "setting",
                "Run this first in a new kernel, if that is not meant",
                None,
                ("import os", 'os.environ["CUDA_VISIBLE_DEVICES"] = "0"'),
            ),
            severity=INFO if hidden else WARNING,
        )


RULE = Rule(
    code="KE154",
    name="CUDA_VISIBLE_DEVICES",
    lesson=Lesson(
        what='`os.environ["CUDA_VISIBLE_DEVICES"] = "1"` on a machine with one card, and TensorFlow lists no GPU.',
        why="The variable lists the cards that CUDA may show, from 0 on; empty or -1 shows none. It is read when CUDA "
        "starts, so it has to be set before TensorFlow computes for the first time.",
        related=("KE157",),
    ),
    on_environment=_on_environment,
)

"""A notebook service runs this kernel on a machine without an accelerator."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import INFO, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from .unused_gpu import computes_here, problem

_MENUS = {
    "Colab": 'Choose one under Runtime > Change runtime type, such as "T4 GPU"; the session restarts',
    "Kaggle": 'Choose one under Settings > Accelerator, such as "GPU T4 x2"; the session restarts',
}


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    service, gpu = snapshot.frontend.name, snapshot.gpu
    if service in _MENUS and computes_here(snapshot) and not gpu.nvidia and not gpu.tpu:
        yield problem(
            "KE140",
            f"This {service} session has no GPU: TensorFlow runs on the CPU",
            "No accelerator is chosen for it, or none was free.",
            Fix("manual", _MENUS[service]),
            severity=INFO,
        )


RULE = Rule(
    code="KE140",
    name="accelerator switched off",
    lesson=Lesson(
        what="On Colab or Kaggle training is slow, and `tf.config.list_physical_devices('GPU')` is empty.",
        why="A session starts on a machine without GPU unless one is chosen in the menu. Nothing that is installed in "
        "the notebook changes that.",
        related=("KE143", "KE154"),
    ),
    on_environment=_on_environment,
)

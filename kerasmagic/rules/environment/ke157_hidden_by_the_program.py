"""The program has hidden the GPU with ``tf.config.set_visible_devices``."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import INFO, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import Snapshot
from .unused_gpu import problem


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    gpus = [device for device in snapshot.devices or () if device.kind == "GPU"]
    if gpus and not any(device.visible for device in gpus):
        yield problem(
            "KE157",
            "TensorFlow has found the GPU, and this program has hidden it",
            "tf.config.set_visible_devices was called without it, by the notebook or a package that it imports.",
            Fix("restart", "If that is not meant, take the call out, and restart the kernel"),
            severity=INFO,
        )


RULE = Rule(
    code="KE157",
    name="GPU hidden by the program",
    lesson=Lesson(
        what="`tf.config.list_physical_devices('GPU')` shows a GPU, and everything runs on the CPU.",
        why="`tf.config.set_visible_devices([], 'GPU')` hides it for the rest of the process. Some packages do that, "
        "so "
        "that TensorFlow leaves the card's memory to JAX or PyTorch (tensorflow_datasets guides show the line).",
        related=("KE154",),
    ),
    on_environment=_on_environment,
)

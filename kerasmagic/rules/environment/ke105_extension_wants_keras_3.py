"""KerasHub, KerasNLP, KerasCV or KerasTuner with a Keras that is too old for it."""

from __future__ import annotations

from ...diagnosis.model.rule import Lesson, Rule
from .misfits import EXTENSION
from .requirements import on_environment, on_failure

RULE = Rule(
    code=EXTENSION,
    name="KerasHub, KerasCV or KerasTuner that needs Keras 3",
    lesson=Lesson(
        what=(
            "The installed KerasHub, KerasNLP, KerasCV or KerasTuner needs another Keras than the installed one: "
            "keras-hub 0.19 with keras 2.15 ends in \"cannot import name 'ops' from 'keras'\"."
        ),
        why=(
            "Their newer releases are written for Keras 3, while TensorFlow up to 2.15 asks for Keras 2 in its "
            "metadata. Use an older release of the extension, or TensorFlow 2.16 or newer."
        ),
        since="",
        related=("KE103",),
    ),
    on_environment=on_environment(EXTENSION),
    on_failure=on_failure(EXTENSION),
)

"""tf_keras with another minor number than TensorFlow's."""

from __future__ import annotations

from ...diagnosis.model.rule import Lesson, Rule
from .misfits import TF_KERAS
from .requirements import on_environment, on_failure

RULE = Rule(
    code=TF_KERAS,
    name="tf_keras that does not fit TensorFlow",
    lesson=Lesson(
        what=(
            "tf_keras belongs to the TensorFlow of its own minor number. An older tf_keras fails on import "
            "(tf_keras 2.15.1 with TensorFlow 2.17.1: no attribute 'register_load_context_function'); a newer one "
            "is untested by its authors and may load."
        ),
        why=(
            "tf_keras uses private functions of TensorFlow. A plain `pip install tf_keras` takes the newest one, "
            "and may upgrade TensorFlow with it: always name the minor release."
        ),
        since="tf_keras 2.14",
        related=("KE121", "KE110"),
    ),
    on_environment=on_environment(TF_KERAS),
    on_failure=on_failure(TF_KERAS),
)

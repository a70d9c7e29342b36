"""keras 2 with another minor number than TensorFlow's."""

from __future__ import annotations

from ...diagnosis.model.rule import Lesson, Rule
from .misfits import KERAS_MINOR
from .requirements import on_environment, on_failure

RULE = Rule(
    code=KERAS_MINOR,
    name="keras that does not fit TensorFlow",
    lesson=Lesson(
        what=(
            "With TensorFlow 2.6 to 2.15, `tf.keras` is the package keras, and the two belong together by their "
            "minor number: TensorFlow 2.10 with keras 2.10. A newer keras fails on import (TensorFlow 2.10.1 with "
            "keras 2.11: no attribute 'register_load_context_function'; 2.12.1 with keras 2.15: "
            "SymbolAlreadyExposedError). An older one mostly loads (2.15.1 with keras 2.12), and `tf.keras` is "
            "then that older Keras."
        ),
        why=(
            "Keras 2 uses private functions of TensorFlow, which change with every minor release. Usually the "
            "install of a third package, or `pip install -U keras`, has replaced it."
        ),
        since="tensorflow 2.6",
        related=("KE103", "KE101"),
    ),
    on_environment=on_environment(KERAS_MINOR),
    on_failure=on_failure(KERAS_MINOR),
    is_cause=True,
)

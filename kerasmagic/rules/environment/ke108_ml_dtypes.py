"""ml-dtypes of another release than TensorFlow asks for."""

from __future__ import annotations

from ...diagnosis.model.rule import Lesson, Rule
from .misfits import ML_DTYPES
from .requirements import on_environment, on_failure

RULE = Rule(
    code=ML_DTYPES,
    name="ml-dtypes that does not fit",
    lesson=Lesson(
        what=("TensorFlow or JAX needs another ml-dtypes than the installed one."),
        why=(
            "ml-dtypes brings the small number formats (bfloat16, float8) that TensorFlow, JAX and Keras share; "
            "each of them asks for its own range. It often runs all the same (TensorFlow 2.15.1 fits a model with "
            "ml-dtypes 0.2.0 and 0.5.4), so this is a warning."
        ),
        since="tensorflow 2.14",
        related=("KE107", "KE101"),
    ),
    on_environment=on_environment(ML_DTYPES),
    on_failure=on_failure(ML_DTYPES),
)

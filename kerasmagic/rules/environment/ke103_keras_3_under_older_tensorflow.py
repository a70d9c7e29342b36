"""Keras 3 with a TensorFlow that was made for Keras 2."""

from __future__ import annotations

from ...diagnosis.model.rule import Lesson, Rule
from .misfits import KERAS_3
from .requirements import on_environment, on_failure

RULE = Rule(
    code=KERAS_3,
    name="Keras 3 with an older TensorFlow",
    lesson=Lesson(
        what=(
            "Keras 3 is installed, and TensorFlow is 2.15 or older. With 2.15, `tf.keras` silently becomes Keras "
            "3: what was written for Keras 2 meets another Keras. With older ones `tf.keras` does not work at "
            "all."
        ),
        why=(
            "TensorFlow up to 2.15 needs the keras of its own minor release. Keras 3 does not name a TensorFlow, "
            "because it also runs on JAX and PyTorch, so pip lets `pip install -U keras` replace the right one. Go "
            "back to the keras of TensorFlow's minor release, or upgrade TensorFlow to 2.16 or newer."
        ),
        since="keras 3.0",
        related=("KE102", "KE105"),
    ),
    on_environment=on_environment(KERAS_3),
    on_failure=on_failure(KERAS_3),
    is_cause=True,
)

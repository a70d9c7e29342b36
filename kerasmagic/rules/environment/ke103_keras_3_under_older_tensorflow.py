"""Keras 3 with a TensorFlow that was made for Keras 2."""

from __future__ import annotations

from ...diagnosis.model.rule import Lesson, Rule
from .requirements import KERAS_3, on_environment, on_failure

RULE = Rule(
    code=KERAS_3,
    name="Keras 3 under an older TensorFlow",
    lesson=Lesson(
        what=(
            "Keras 3 is installed, and TensorFlow is 2.15 or older. With 2.15, `tf.keras` silently becomes Keras "
            "3: what was written for Keras 2 meets another Keras. With older ones `tf.keras` does not work at "
            "all."
        ),
        why=(
            "TensorFlow states up to 2.15 that it needs the keras of its own minor number; Keras 3 states no "
            "TensorFlow at all, since it also runs on JAX and PyTorch. So pip lets `pip install -U keras` replace "
            "the fitting one. Either keras goes back to TensorFlow's minor number, or TensorFlow goes to 2.16 or "
            "newer."
        ),
        since="keras 3.0",
        related=("KE102", "KE105"),
    ),
    on_environment=on_environment(KERAS_3),
    on_failure=on_failure(KERAS_3),
)

"""numpy 2 under a TensorFlow that was built with numpy 1."""

from __future__ import annotations

from ..misfit import NUMPY, on_environment, on_failure
from ..rule import Lesson, Rule

RULE = Rule(
    code=NUMPY,
    name="numpy 2 under an older TensorFlow",
    lesson=Lesson(
        what=(
            '`import tensorflow` ends in "Unable to convert function return value to a Python type" (TensorFlow '
            '2.10.1, 2.12.1, 2.14.0 with numpy 2), in "numpy.core.umath failed to import" (2.15.1), or warns '
            'about "_ARRAY_API not found".'
        ),
        why=(
            "TensorFlow up to 2.17 is compiled against numpy 1, and compiled code of numpy 1 does not load under "
            "numpy 2. Up to 2.11, and in 2.14.0, its metadata sets no upper bound, so that pip installs numpy 2 "
            "beside it without a warning."
        ),
        since="numpy 2.0",
        related=("KE101", "KE108"),
    ),
    on_environment=on_environment(NUMPY),
    on_failure=on_failure(NUMPY),
)

"""protobuf of a generation that TensorFlow's files were not made for."""

from __future__ import annotations

from ...diagnosis.model.rule import Lesson, Rule
from .requirements import PROTOBUF, on_environment, on_failure

RULE = Rule(
    code=PROTOBUF,
    name="protobuf that does not fit",
    lesson=Lesson(
        what=(
            '`import tensorflow` ends in "Descriptors cannot be created directly" (TensorFlow 2.4.4 with protobuf '
            "5, 2.10.1 with protobuf 4), or in \"cannot import name 'builder' from 'google.protobuf.internal'\" "
            "(2.15.1 with protobuf 3.19)."
        ),
        why=(
            "TensorFlow contains files that were generated with one protobuf release, and each protobuf reads only "
            "releases near its own. Any package that installs a new protobuf can break it. TensorFlow 2.12 and "
            "newer mostly run with a newer protobuf than they ask for (2.15.1 with 6.33, 2.19.1 with 7.36); then "
            "this is a warning."
        ),
        since="protobuf 4.21",
        related=("KE101",),
    ),
    on_environment=on_environment(PROTOBUF),
    on_failure=on_failure(PROTOBUF),
)

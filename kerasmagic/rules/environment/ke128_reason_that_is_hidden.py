"""TensorFlow's lazy loader says that Keras cannot be imported, and hides why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.settings import LEGACY_VALUES
from ...kernel.stack import TF_KERAS_VARIANTS
from .took_part import keras_not_imported

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


_OF_ANOTHER_RELEASE = {"keras": "KE102", "tf_keras": "KE104"}
"""What only may fail, and did."""


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """What the environment shows to be wrong is the reason; else only the import itself tells it."""
    if not keras_not_imported(failure):
        return
    from ...diagnosis.environment import environment_problems

    snapshot = failure.snapshot
    name = "tf_keras" if snapshot.settings.legacy_keras.value in LEGACY_VALUES else "keras"
    if name == "tf_keras" and snapshot.installed.first(TF_KERAS_VARIANTS) is None:
        return  # KE121
    problems = environment_problems(snapshot, world.rules)
    found = [problem for problem in problems if problem.severity == ERROR]
    found = found or [problem for problem in problems if problem.rule == _OF_ANOTHER_RELEASE[name]]
    yield from found
    if found:
        return
    yield Problem(
        rule="KE128",
        severity=ERROR,
        title=f"tf.keras is the package {name}, and `import {name}` fails in this kernel",
        cause="TensorFlow leaves the reason out of its message.",
        reference=name,
        fixes=(Fix("manual", "See the reason, and mend that; then restart the kernel", commands=(f"import {name}",)),),
    )


RULE = Rule(
    code="KE128",
    name="reason that is hidden",
    lesson=Lesson(
        what='`tf.keras.layers` ends in "Keras cannot be imported. Check that it is installed.", although it is, and '
        "the "
        'next touch in "RecursionError: maximum recursion depth exceeded".',
        why="From TensorFlow 2.16 on `tf.keras` imports the package keras when it is first used, and replaces every "
        "error "
        "of that import by this sentence: a backend that is missing (KERAS_BACKEND=torch), a package that is damaged "
        "or "
        "does not fit. `import keras` shows the error itself.",
        since="tensorflow 2.16",
        related=("KE121", "KE123", "KE125"),
    ),
    on_failure=_on_failure,
)

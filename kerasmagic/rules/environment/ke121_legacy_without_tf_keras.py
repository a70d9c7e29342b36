"""TF_USE_LEGACY_KERAS asks for tf_keras, which is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.release import release
from ...kernel.settings import FIRST_LEGACY_RELEASE, LEGACY_VALUES
from ...kernel.snapshot import Snapshot
from ...kernel.stack import TF_KERAS_VARIANTS
from .companions import with_tf_keras
from .took_part import keras_not_imported

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    if snapshot.settings.legacy_keras.effective == "tf_keras":
        yield from _without_tf_keras(snapshot)


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """The lazy loader of ``tf.keras`` gives up (ImportError), or asks itself for ever (RecursionError).

    It looks at the variable when it is first used: a package such as tensorflow_model_optimization may have set it.
    """
    if keras_not_imported(failure):
        snapshot = failure.snapshot
        setting = snapshot.settings.legacy_keras
        if setting.effective == "tf_keras" or setting.value in LEGACY_VALUES:
            yield from _without_tf_keras(snapshot)


def _without_tf_keras(snapshot: Snapshot) -> Iterator[Problem]:
    knows = release(snapshot.tensorflow) >= FIRST_LEGACY_RELEASE
    if knows and snapshot.installed.first(TF_KERAS_VARIANTS) is None:
        yield _problem(snapshot)


def _problem(snapshot: Snapshot) -> Problem:
    restart = ", then restart the kernel" if snapshot.module("tensorflow") else ""
    return Problem(
        rule="KE121",
        severity="error",
        title=f"TF_USE_LEGACY_KERAS={snapshot.settings.legacy_keras.value} asks for tf_keras, which is not installed",
        cause=f"TensorFlow {snapshot.tensorflow} then loads tf.keras from tf_keras; without it, the first use of "
        "tf.keras ends in an ImportError, or in a RecursionError that does not mention tf_keras.",
        reference="tf_keras",
        fixes=(
            with_tf_keras(snapshot, restart),
            Fix(
                "setting",
                "Or use Keras without it: restart the kernel, and run this before the first import",
                commands=("import os", 'os.environ.pop("TF_USE_LEGACY_KERAS", None)'),
            ),
        ),
    )


RULE = Rule(
    code="KE121",
    name="legacy Keras without tf_keras",
    lesson=Lesson(
        what='With TF_USE_LEGACY_KERAS=1 and no tf_keras, `tf.keras.layers` ends in "Keras cannot be imported. '
        'Check that it is installed.", and every further use in "RecursionError: maximum recursion depth '
        'exceeded" (TensorFlow 2.15.1 and 2.21.0).',
        why="TensorFlow loads tf.keras from tf_keras on first use. If that is missing, it looks for the name in "
        "itself, without end. TensorFlow 2.14 and older ignore the variable.",
        since="tensorflow 2.15",
        before=(
            'import os\n\nos.environ["TF_USE_LEGACY_KERAS"] = "1"\nimport tensorflow as tf\n\ntf.keras.layers.Dense(1)'
        ),
        after=(
            "import os\n"
            "\n"
            'os.environ.pop("TF_USE_LEGACY_KERAS", None)\n'
            "import tensorflow as tf\n"
            "\n"
            "tf.keras.layers.Dense(1)"
        ),
        target="tensorflow==2.21.0",
        related=("KE122", "KE104", "KE110"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
)

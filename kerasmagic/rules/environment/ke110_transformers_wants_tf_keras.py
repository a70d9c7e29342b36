"""Hugging Face transformers' TensorFlow models want tf_keras where Keras is 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.release import release
from ...kernel.snapshot import Snapshot
from ...kernel.stack import KERAS_VARIANTS, TF_KERAS_VARIANTS
from .requirements import tf_keras_pin

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    transformers = snapshot.installed.get("transformers")
    keras = snapshot.installed.first(KERAS_VARIANTS)
    if not transformers or not keras or not snapshot.tensorflow:
        return
    wants = (4,) <= release(transformers.version) < (5,) and release(keras.version) >= (3,)
    if wants and snapshot.installed.first(TF_KERAS_VARIANTS) is None:
        yield _problem(snapshot, "info", f"transformers {transformers.version}")


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if "Keras 3" in failure.message and "not yet supported in Transformers" in failure.message:
        snapshot = failure.snapshot
        yield _problem(snapshot, "error", f"transformers {snapshot.installed.version('transformers') or ''}".strip())


def _problem(snapshot: Snapshot, severity: str, who: str) -> Problem:
    pin = tf_keras_pin(snapshot)
    restart = ", then restart the kernel" if snapshot.modules else ""
    return Problem(
        rule="KE110",
        severity=severity,
        title=f"The TensorFlow models of {who} need tf_keras, which is not installed",
        cause=f"They are written for Keras 2; here keras is {snapshot.installed.version('keras') or '3'}.",
        reference="transformers",
        fixes=(
            Fix(
                "install",
                f"Install the tf_keras of this TensorFlow{restart}",
                commands=(f'%pip install "{pin}"',),
                evidence=f"tf_keras has the minor number of TensorFlow {snapshot.tensorflow}",
            ),
        ),
    )


RULE = Rule(
    code="KE110",
    name="transformers that needs tf_keras",
    lesson=Lesson(
        what='`from transformers import TFGPT2Model` ends in "Your currently installed version of Keras is '
        "Keras 3, but "
        'this is not yet supported in Transformers" (transformers 4.46.3 with keras 3.15.1).',
        why="The TensorFlow models of transformers 4 are written for Keras 2, which is now the package tf_keras. "
        "Models and layers of tf_keras do not work together with those of `keras`: build the rest of the model "
        "with tf_keras, too.",
        since="keras 3.0",
        related=("KE104", "KE121"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
)

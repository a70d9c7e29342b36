"""A package that is written for Keras 2 wants tf_keras where Keras is 3: transformers, TensorFlow Probability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import MODULE
from ...kernel.release import release
from ...kernel.requirements import are_in_one_extra
from ...kernel.snapshot import Snapshot
from ...kernel.stack import KERAS_VARIANTS, TF_KERAS_VARIANTS
from .companions import with_tf_keras
from .took_part import packages

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World


def _on_environment(snapshot: Snapshot) -> Iterator[Problem]:
    installed = snapshot.installed
    keras = installed.first(KERAS_VARIANTS)
    lacks = keras is not None and release(keras.version) >= (3,) and installed.first(TF_KERAS_VARIANTS) is None
    for found in installed.stack() if lacks and snapshot.tensorflow else ():
        if found.name == "transformers" and (4,) <= release(found.version) < (5,):
            yield _problem(snapshot, "info", f"The TensorFlow models of transformers {found.version} need")
        elif are_in_one_extra(("tensorflow", "tf-keras"), found):
            yield _problem(snapshot, "info", f"{found.name} {found.version} needs")


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if "Keras 3" in failure.message and "not yet supported in Transformers" in failure.message:
        snapshot = failure.snapshot
        who = f"transformers {snapshot.installed.version('transformers') or ''}".strip()
        yield _problem(snapshot, "error", f"The TensorFlow models of {who} need")
        return
    wanted, took_part = failure.wanted, packages(failure)
    missing = wanted is not None and (wanted.kind, wanted.member.partition(".")[0]) == (MODULE, "tf_keras")
    # TensorFlow itself asks for it where TF_USE_LEGACY_KERAS is set: KE121.
    if not missing or not took_part or took_part[-1] in ("tensorflow", "keras"):
        return
    snapshot = failure.snapshot
    if snapshot.tensorflow and snapshot.installed.first(TF_KERAS_VARIANTS) is None:
        yield _problem(snapshot, "error", f"{took_part[-1]} needs")


def _problem(snapshot: Snapshot, severity: str, who_needs: str) -> Problem:
    restart = ", then restart the kernel" if snapshot.modules else ""
    return Problem(
        rule="KE110",
        severity=severity,
        title=f"{who_needs} tf_keras, which is not installed",
        cause=f"It is written for Keras 2, which is the package tf_keras; here keras is "
        f"{snapshot.installed.version('keras') or '3'}.",
        reference="tf_keras",
        fixes=(with_tf_keras(snapshot, restart),),
    )


RULE = Rule(
    code="KE110",
    name="package that needs tf_keras",
    lesson=Lesson(
        what='`from transformers import TFGPT2Model` ends in "Your currently installed version of Keras is '
        "Keras 3, but "
        'this is not yet supported in Transformers" (transformers 4.46.3 with keras 3.15.1).',
        why="The TensorFlow models of transformers 4, and TensorFlow Probability, are written for Keras 2, which is "
        "now the package tf_keras. "
        "Models and layers of tf_keras do not work together with those of `keras`: build the rest of the model "
        "with tf_keras, too.",
        since="keras 3.0",
        related=("KE104", "KE121"),
    ),
    on_environment=_on_environment,
    on_failure=_on_failure,
)

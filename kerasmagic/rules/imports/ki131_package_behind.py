"""An installed package asks Keras or TensorFlow for something that this release does not have."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Iterator

from ...catalog.target import Missing
from ...diagnosis.evidence.failure import ATTRIBUTE, MODULE, NAME, Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.missing import releases
from ...diagnosis.resolve.world import World
from ...source.bindings import canonical

_OURS = ("keras", "tensorflow", "tf_keras")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted, end = failure.wanted, failure.end
    if wanted is None or end is None or end.place != "package" or wanted.kind not in (MODULE, NAME, ATTRIBUTE):
        return
    package = end.module.partition(".")[0]
    if not package or package in _OURS or not re.search(r"(site|dist)-packages", end.path):
        return
    owner = canonical(wanted.owner)
    name = wanted.member if wanted.kind == MODULE else f"{owner}.{wanted.member}"
    if name.partition(".")[0] not in _OURS or not world.covers(name):
        return
    if wanted.kind == MODULE:
        answer = world.import_module(name)
    elif wanted.kind == NAME:
        answer = world.import_from(owner, wanted.member)
    else:
        answer = world.attribute(name)
    if not isinstance(answer, Missing):
        return
    here = releases(name, world)
    fixes = [
        Fix(
            "install",
            f"Upgrade {package}; a newer release may support this Keras",
            commands=(f"%pip install --upgrade {package.replace('_', '-')}",),
            evidence="Not tried here. Restart the kernel afterwards.",
        )
    ]
    tensorflow = world.version("tensorflow") or ""
    if name.startswith(("keras", "tensorflow.keras")) and world.keras_3:
        minor = ".".join(tensorflow.split(".")[:2])
        fixes.append(
            Fix(
                "setting",
                f"Give {package} Keras 2 through tf.keras, if it uses tf.keras; run this before TensorFlow is imported",
                commands=(f'%pip install "tf_keras~={minor}.0"', 'import os; os.environ["TF_USE_LEGACY_KERAS"] = "1"'),
                evidence="Not tried here. It helps code that uses tf.keras; restart the kernel first.",
            )
        )
    yield Problem(
        rule="KI131",
        severity=ERROR,
        title=f"{package} uses {name}, which {here} does not have",
        cause=f"The error is inside the package {package} ({PurePath(end.path).name}, line {end.line}), not in this "
        "cell: the package was written for another release.",
        reference=name,
        fixes=tuple(fixes),
    )


RULE = Rule(
    code="KI131",
    name="package written for another Keras",
    lesson=Lesson(
        what="`import segmentation_models` fails with AttributeError: module 'keras.utils' has no attribute "
        "'generic_utils'.",
        why="The package was written for another release of Keras. You cannot solve that in the notebook: upgrade "
        "the package, or install the Keras it was written for.",
        related=("KI101", "KI103"),
    ),
    on_failure=on_failure,
)

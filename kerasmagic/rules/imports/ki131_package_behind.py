"""An installed package asks Keras or TensorFlow for something that this release does not have."""

from __future__ import annotations

import os
import re
from pathlib import PurePath
from typing import Iterator

from ...catalog.target import Missing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import ATTRIBUTE, MODULE, NAME
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
    fixes = [*_told_by_a_variable(failure), *_upgrades(package)]
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
        fixes=(*fixes, Fix("manual", f"Look in {package}'s own notes for the releases of Keras it is made for.")),
    )


# Packages that take the Keras they use from a variable; the first module of each that a traceback shows.
_VARIABLES = {"segmentation_models": "SM_FRAMEWORK"}


def _told_by_a_variable(failure: Failure) -> Iterator[Fix]:
    for frame in failure.frames:
        variable = _VARIABLES.get(frame.module.partition(".")[0])
        if variable and os.environ.get(variable) != "tf.keras":
            yield Fix(
                "setting",
                f"Tell {frame.module.partition('.')[0]} to use tf.keras, then restart the kernel and run this first",
                commands=(f'import os; os.environ["{variable}"] = "tf.keras"',),
                evidence="It uses the package keras if it is not told.",
            )
            return


def _upgrades(package: str) -> Iterator[Fix]:
    """Only a distribution that is installed here may stand in an install line: a module's name may be the name of
    another project on the index."""
    known = _distributions_of(package)
    if len(known) == 1:
        yield Fix(
            "install",
            f"Upgrade {known[0]}; a newer release may support this Keras",
            commands=(f"%pip install --upgrade {known[0]}",),
            evidence="Not tried here. Restart the kernel afterwards.",
        )


def _distributions_of(module: str) -> list[str]:
    """The installed distributions that bring a top-level module, by their own lists of files."""
    from importlib.metadata import distributions  # slow to import, and seldom needed

    found = []
    for entry in distributions():
        try:
            brings = (entry.read_text("top_level.txt") or "").split()
            files = () if brings else (str(path) for path in entry.files or ())
            name = entry.metadata["Name"]
        except Exception:  # damaged metadata is not what this is about
            continue
        if name and (module in brings or any(path.partition("/")[0] in (module, f"{module}.py") for path in files)):
            found.append(str(name))
    return sorted(set(found))


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

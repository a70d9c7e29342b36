"""An installed package asks Keras or TensorFlow for something that this release does not have."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path, PurePath
from typing import Iterator

from ...catalog.target import Missing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failed_cell import package_between, python_frames, subject
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.installed_by import has_just_installed
from ...diagnosis.evidence.masks import masks_of_nothing
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import ATTRIBUTE, MODULE, NAME
from ...diagnosis.repair.legacy_keras import (
    can_have_keras_2,
    is_there_with_keras_2,
    objects_had_with_keras_2,
    with_keras_2,
)
from ...diagnosis.repair.one_keras import keras_of, maker_in
from ...diagnosis.resolve.missing import releases
from ...diagnosis.resolve.world import World
from ...kernel.distributions import installed_on
from ...kernel.last_releases import is_last_release, last_release
from ...kernel.owners import distributions_of
from ...kernel.release import release
from ...source.bindings import canonical
from ..environment.fitting import ENDED
from .doors_for_tf_keras import by_the_door_for_tf_keras

_OURS = ("keras", "tensorflow", "tf_keras")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    behind = _behind_in_use(failure, world) if world.keras_3 else ""
    if behind:
        asked = _asked_as_of_keras_2(failure, world)
        yield _in_use(behind, failure, world, asked)
        return
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
    if name.startswith("tf_keras") and not world.version("tf_keras"):
        return  # it is not installed at all: KE110
    here = releases(name, world)
    if _names_of_keras_2(package) and can_have_keras_2(world):
        yield _in_use(package, failure, world)
        return
    fixes = [*_told_by_a_variable(failure), *_upgrades(package, failure)]
    if name == "tensorflow.keras.__version__":
        fixes.insert(0, _with_a_version(package, world))
    elif name.startswith("tensorflow.keras.") and world.keras_3 and is_there_with_keras_2(name, wanted.kind, world):
        fixes.insert(0, with_keras_2(package, world, f"tf_keras, which tf.keras is then, has {name[17:]}."))
    elif name.startswith(("keras", "tensorflow.keras")) and world.keras_3 and not _KERAS_ITSELF.search(end.text):
        fixes.append(with_keras_2(package, world, "Not tried here. It helps code that uses tf.keras."))
    told = Problem(
        rule="KI131",
        severity=ERROR,
        title=f"{package} uses {name}, which {here} does not have",
        cause=f"The error is inside the package {package} ({PurePath(end.path).name}, line {end.line}), not in this "
        "cell: the package was written for another release.",
        reference=name,
        fixes=(*fixes, _look_up(package)),
    )
    yield by_the_door_for_tf_keras(told, package, failure)


_OF_KERAS_2 = (
    "add_weight() got multiple values for argument 'shape'",
    "KerasTensor cannot be used as input to a Tens",
    "`keras.optimizers.legacy` is not supported in Keras 3",
)
"""What Keras 3 says only of code that was written for Keras 2."""
_OF_TENSORS = "Iterating over a symbolic KerasTensor is not supported"
"""It says this of all code: ``np.stack(keras.Input((4,)))`` ends so in numpy, which knows no Keras."""


def _behind_in_use(failure: Failure, world: World) -> str:
    """The package whose code, written for Keras 2, does not work with the Keras 3 that it got."""
    package = package_between(failure)
    if not package or maker_in(failure, "tf_keras") is not None:  # that one has its Keras 2
        return ""
    if any(sign in failure.message for sign in _OF_KERAS_2) or masks_of_nothing(failure):
        return package
    if _OF_TENSORS in failure.message and _knows_keras(package, failure):
        return package
    return package if _asked_as_of_keras_2(failure, world) else ""


def _knows_keras(package: str, failure: Failure) -> bool:
    """Whether the code of a package that took part has something of TensorFlow or Keras."""
    for frame in python_frames(failure):
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] == package:
            modules = map(session.module_name, list(frame.f_globals.values()))
            if any(name.partition(".")[0] in _OURS for name in modules):
                return True
    return False


def _asked_as_of_keras_2(failure: Failure, world: World) -> str:
    """What the package asks an object of Keras 3 for that such an object had in Keras 2: "Sequential.output_names"."""
    wanted, end = failure.wanted, failure.end
    if not isinstance(failure.exception, AttributeError) or wanted is None or end is None:
        return ""
    thing = subject(failure)
    asked = end.module.partition(".")[0] not in _OURS and keras_of(thing, "Layer") == "keras"
    had = asked and objects_had_with_keras_2(thing, wanted.member, world)
    return f"{session.class_name(thing)}.{wanted.member}" if had else ""


def _names_of_keras_2(package: str) -> list[str]:
    """The distribution that brings a package, where it is known to be written for Keras 2."""
    found = {name: last_release(name) for name in distributions_of(package)}
    return [name for name, last in found.items() if last is not None and last.keras_2]


def _in_use(package: str, failure: Failure, world: World, asked: str = "") -> Problem:
    """The package can be imported, or nearly, and is written for Keras 2."""
    title = f"{package} is written for Keras 2, and this kernel has Keras 3"
    if asked:
        title = f"{package} uses {asked}, which Keras 2 had, and keras {world.version('keras')} does not have"
    frame = [each for each in failure.frames if each.module.partition(".")[0] == package][-1]
    known = next(iter(_names_of_keras_2(package)), "")
    if _imports_keras(frame.path) and not known:
        evidence = f"{PurePath(frame.path).name} imports keras itself, which TF_USE_LEGACY_KERAS does not change."
        ways: list[Fix] = [fix._replace(evidence=evidence) for fix in _upgrades(package, failure)]
    else:
        ways = [_keras_2_for(package, known, world), *_upgrades(package, failure)]
    told = Problem(
        rule="KI131",
        severity=ERROR,
        title=title,
        cause=f"The error is inside the package {package} ({PurePath(frame.path).name}, line {frame.line}), not in "
        "this cell.",
        reference=package,
        fixes=tuple(ways) if known else (*ways, _look_up(package)),
    )
    return by_the_door_for_tf_keras(told, package, failure)


def _look_up(package: str) -> Fix:
    return Fix("manual", f"Look in {package}'s own notes for the releases of Keras it is made for.")


def _keras_2_for(package: str, known: str, world: World) -> Fix:
    """The setting, and what else a package is known to need with it."""
    last = last_release(known) if known else None
    if last is None:
        return with_keras_2(package, world, "Not tried here. It helps code that uses tf.keras.")
    numpy = installed_on(sys.path).version("numpy") or ""
    more = (*last.lines, *(last.numpy_2 if release(numpy) >= (2,) else ()))
    tried = f"{last.steps} Tried: {known} {last.version}, the last release, runs so.".lstrip()
    return with_keras_2(package, world, tried, more)


def _imports_keras(path: str) -> bool:
    """Whether a file takes the package keras, and not tf.keras."""
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return _KERAS_ITSELF.search(text) is not None


_KERAS_ITSELF = re.compile(r"^\s*(?:import|from) keras\b", re.M)


def _with_a_version(package: str, world: World) -> Fix:
    """tf.keras says no version in TensorFlow 2.13 to 2.15, nor where it is tf_keras."""
    keras = "tf_keras" if world.target is not None and world.target.legacy else "keras"
    return Fix(
        "setting",
        f"Give tf.keras its version, and then import {package}",
        commands=(f"import {keras}, tensorflow.keras; tensorflow.keras.__version__ = {keras}.__version__",),
        evidence=f"The version is that of {keras}, which is behind tf.keras here.",
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


def _upgrades(package: str, failure: Failure) -> Iterator[Fix]:
    """Only a distribution that is installed here may stand in an install line: a module's name may be the name of
    another project on the index. And none that is the newest there is, as far as that is known."""
    known = distributions_of(package)
    if len(known) != 1:
        return
    if known[0] in ENDED:
        yield Fix("manual", ENDED[known[0]], evidence=f"{known[0]} gets no new releases")
    elif not is_last_release(known[0]) and not has_just_installed(known[0], failure):
        yield Fix(
            "install",
            f"Upgrade {known[0]}; a newer release may support this Keras",
            commands=(f"%pip install --upgrade {known[0]}",),
            evidence="Not tried here. Restart the kernel afterwards.",
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
    is_cause=True,
)

"""numpy 2 under a TensorFlow that was built with numpy 1."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.distributions import installed, installed_on
from ...kernel.modules import stale
from ...kernel.release import release
from ...kernel.requirements import distribution_of, possible_pins, unmet_by, unmet_requirements
from .companions import beside_tensorflow
from .misfits import NUMPY
from .requirements import on_environment, on_failure
from .took_part import packages

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_REMOVED_IN_1_24 = re.compile(r"module 'numpy' has no attribute '(bool|int|float|complex|object|str)'")
_LAST_PYTHON_FOR_1_23 = (3, 11)


_OTHER_BINARY = re.compile(
    r"numpy\.\w+ size changed, may indicate binary incompatibility. Expected (?P<built>\d+) from C header, "
    r"got (?P<here>\d+)|numpy\.core\.multiarray failed to import|_ARRAY_API not found"
)


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    yield from on_failure(NUMPY)(failure, world)
    took_part = packages(failure)
    unmet = (*unmet_requirements(installed_on(sys.path)), *unmet_by(took_part, installed_on(sys.path)))
    if any(entry.name == "numpy" for entry in unmet):
        return  # Then a requirement says it, with the versions that do.
    binary = _OTHER_BINARY.search(failure.message)
    if binary and {"tensorflow", "keras", "tf_keras"} & {*took_part}:
        yield from _built_for_another(binary, took_part, failure)
        return
    removed, numpy, end = _REMOVED_IN_1_24.search(failure.message), installed("numpy"), failure.end
    if not removed or numpy is None or end is None or end.place != "package" or release(numpy.version) < (1, 24):
        return
    from ...diagnosis.evidence.failure import asked_by_the_user

    if asked_by_the_user(failure, "numpy"):  # their line gets an answer of its own (KI132)
        return
    who = ([name for name in packages(failure) if name != "numpy"] or ["an installed package"])[-1]
    yield Problem(
        rule=NUMPY,
        severity="error",
        title=f"{who} uses np.{removed[1]}, which numpy {numpy.version} does not have",
        cause="numpy 1.20 deprecated these names and 1.24 removed them; code from before 2021 uses them.",
        reference="numpy",
        fixes=tuple(_fixes(who)),
    )


def _built_for_another(binary: re.Match[str], took_part: list[str], failure: Failure) -> Iterator[Problem]:
    """A compiled package whose metadata does not say which numpy it was built with."""
    installed = installed_on(sys.path)
    numpy = installed.get("numpy")
    owner = distribution_of(next((name for name in reversed(took_part) if name != "numpy"), ""), installed)
    if numpy is None or owner is None or owner.module == "tensorflow" or stale("numpy", installed):
        return
    newer = not binary["built"] or int(binary["built"]) > int(binary["here"])  # an array's header shrank in numpy 2
    wanted = " ".join(f'"{pin}"' for pin in (*beside_tensorflow(failure.snapshot), f"numpy=={numpy.version}"))
    yield Problem(
        rule=NUMPY,
        severity="error",
        title=f"{owner.name} {owner.version} was compiled with another numpy than {numpy.version}",
        cause="What was compiled with numpy 1 does not load under numpy 2; a newer release is compiled with numpy 2."
        if newer and release(numpy.version) >= (2,)
        else f"It was compiled with a numpy whose arrays differ from those of {numpy.version}.",
        reference="numpy",
        fixes=(
            Fix(
                "install",
                f"Upgrade {owner.name}, then restart the kernel",
                commands=(f"%pip install --upgrade {wanted} {owner.name}",),
                evidence="Restart the kernel afterwards. numpy and TensorFlow stay as they are.",
            ),
        ),
    )


def _fixes(who: str) -> Iterator[Fix]:
    pin = possible_pins("numpy", "<1.24", installed_on(sys.path))
    if pin and sys.version_info[:2] <= _LAST_PYTHON_FOR_1_23:
        command = f'%pip install "{pin}"'
        yield Fix("install", "Install an older numpy, then restart the kernel", commands=(command,))
    yield Fix("manual", f"Upgrade {who}: a newer release may not use the name any more")


RULE = Rule(
    code=NUMPY,
    name="numpy 2 with an older TensorFlow",
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
    on_failure=_on_failure,
)

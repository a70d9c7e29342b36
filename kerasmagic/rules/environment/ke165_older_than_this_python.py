"""A package that TensorFlow or Keras imports, of a release from before this Python."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.distributions import installed_on, pythons_of
from ...kernel.requirements import distribution_of, pins
from .companions import beside_tensorflow
from .took_part import half_imported, packages

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_OURS = ("tensorflow", "keras", "tf_keras")


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """It fails by itself while it is imported, and its metadata names older Pythons only."""
    name = half_imported(failure)
    if not name or name in _OURS or not {*_OURS} & {*packages(failure)}:
        return
    installed = installed_on(sys.path)
    distribution = distribution_of(name, installed)
    known = pythons_of(distribution) if distribution else ()
    here = sys.version_info[:2]
    if distribution is None or not known or known[-1] >= here:
        return
    (wanted,) = pins([distribution.name], installed) or (distribution.name,)
    beside = [f'"{pin}"' for pin in beside_tensorflow(failure.snapshot)]
    yield Problem(
        rule="KE165",
        severity=ERROR,
        title=f"{distribution.name} {distribution.version} is older than Python {here[0]}.{here[1]}, and fails in it",
        cause=f"It is made for Python up to {known[-1][0]}.{known[-1][1]}, as its metadata says, and the error is "
        f"raised in {name} itself.",
        reference=name,
        fixes=(
            Fix(
                "install",
                "Upgrade it, then restart the kernel",
                commands=(" ".join(["%pip install --upgrade", *beside, f'"{wanted}"']),),
                evidence="Restart the kernel afterwards. Not tried here.",
            ),
        ),
    )


RULE = Rule(
    code="KE165",
    name="package older than this Python",
    lesson=Lesson(
        what="`import tensorflow` ends in \"cannot import name 'formatargspec' from 'inspect'\" (wrapt 1.12 on Python "
        "3.11), or \"type 'typing.TypeVar' is not an acceptable base type\" (typing-extensions 4.4 on Python 3.12).",
        why="A package of pure Python installs on every Python, also on one that is newer than it. What that Python "
        "changed or removed fails in it, and with it all that imports it.",
        related=("KE101", "KE127"),
    ),
    on_failure=_on_failure,
    is_general=True,
)

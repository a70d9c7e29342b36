"""TensorFlow's compiled part does not load: the machine lacks something that pip cannot install."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.places import other_python

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_COMPILED = re.compile(r"_pywrap_\w+|libtensorflow_\w+")
# What the loader of each system says, what it means, and what to do (TensorFlow's install guide).
_REASONS = (
    (
        r"DLL load failed",
        "On Windows, either the Microsoft Visual C++ Redistributable is missing, or the processor has no AVX.",
        "Install the newest Visual C++ Redistributable (x64) from Microsoft, restart the computer, and try again",
    ),
    (
        r"GLIBC(?:XX)?_[\d.]+' not found",
        "This Linux is older than the one the wheel was built for.",
        "Use a newer system or container image, or an older TensorFlow",
    ),
    (
        r"incompatible architecture|wrong architecture",
        "Python and TensorFlow are for different processors (Intel and Apple silicon).",
        "Install a Python for this machine's own processor (arm64 on Apple silicon), and TensorFlow into it",
    ),
    (
        r"undefined symbol|Symbol not found",
        "Two compiled packages come from releases that do not fit together.",
        "Install TensorFlow, and the package that is named in the traceback, again into a new environment",
    ),
)


def _on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not (isinstance(failure.exception, ImportError) and _COMPILED.search(failure.message)):
        return
    if any(other_python(frame.path) for frame in failure.frames):
        return  # packages of another Python, which another rule tells
    for pattern, cause, fix in _REASONS:
        if re.search(pattern, failure.message):
            yield Problem(
                rule="KE126",
                severity="error",
                title="TensorFlow is installed, and its compiled part does not load on this machine",
                cause=cause,
                reference="tensorflow",
                fixes=(Fix("manual", fix, evidence="TensorFlow's install guide"),),
            )
            return


RULE = Rule(
    code="KE126",
    name="compiled part that does not load",
    lesson=Lesson(
        what='`import tensorflow` ends in "DLL load failed while importing _pywrap_tensorflow_internal", in a missing '
        "GLIBC, or in an incompatible architecture.",
        why="Most of TensorFlow is compiled code, and it needs things from the machine: a C++ runtime, a system "
        "that is not too old, a processor with AVX, a Python for the same processor. pip installs none of "
        "these, so installing TensorFlow again does not help.",
        related=("KE120", "KE118"),
    ),
    on_failure=_on_failure,
)

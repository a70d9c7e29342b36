"""An install of a package that has ended: tensorflow-gpu, TensorFlow Addons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.rule import FAILS, Lesson, Rule
from .installs import Install, fails, installs, needless, pythons

if TYPE_CHECKING:
    from ...diagnosis.evidence.cell import CellFacts
    from ...diagnosis.resolve.world import World

# From 2.12 on, what stands on the index is no package: its installation ends in an error that names tensorflow.
_FIRST_EMPTY = "2.12.0"
_LAST_PYTHON_FOR_ADDONS = (3, 11)


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for install in installs(facts):
        if install.name == "tensorflow-gpu" and install.requirement.specifier.contains(_FIRST_EMPTY):
            yield _gpu(install, needless(install, facts, world))
        if install.name == "tensorflow-addons":
            possible = pythons(install, world)
            if possible and min(possible) > _LAST_PYTHON_FOR_ADDONS:
                yield _addons(install)


def _gpu(install: Install, without: Fix | None) -> Problem:
    return fails(
        "KE132",
        install,
        "tensorflow-gpu ended with 2.11: its install ends in an error",
        "tensorflow itself uses the GPU; with [and-cuda] it brings CUDA, too.",
        without or Fix("install", "Install tensorflow instead", commands=('%pip install "tensorflow[and-cuda]"',)),
    )


def _addons(install: Install) -> Problem:
    return fails(
        "KE132",
        install,
        "TensorFlow Addons ended with 0.23, which has no wheel for a Python after 3.11: this install fails",
        "It is made for TensorFlow up to 2.15.",
        Fix(
            "manual",
            "Leave the line out, and take what Keras has by now: AdamW, Lamb, GroupNormalization, F1Score, CohenKappa",
        ),
    )


RULE = Rule(
    code="KE132",
    name="package that has ended",
    lesson=Lesson(
        what='`!pip install tensorflow-gpu` ends in "metadata-generation-failed" and a text about tensorflow; '
        '`!pip install tensorflow-addons` in "No matching distribution found".',
        why="Since 2.1 one package, tensorflow, is for CPU and GPU; tensorflow-gpu went on beside it up to 2.11, and "
        "is an "
        "error message since. TensorFlow Addons ended in May 2024; its last wheels are for Python 3.9 to 3.11.",
        since="tensorflow 2.12",
        before="%pip install tensorflow-gpu",
        after="%pip install tensorflow",
        target="tensorflow==2.21.0",
        related=("KE131", "KE151"),
    ),
    on_cell=on_cell,
    install=FAILS,
)

"""A module that this release does not have."""

from __future__ import annotations

from ...diagnosis.model.rule import MODULE, Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder

RULE = Rule(
    code="KI101",
    name="missing module",
    lesson=Lesson(
        what="An import names a module that the installed Keras or TensorFlow does not have: ModuleNotFoundError.",
        why="Releases move, merge and hide modules. What the module contained is usually in the package above it, "
        "or has a new name.",
        before="from keras.datasets.boston import load_data",
        after="from keras.datasets.boston_housing import load_data",
        target="tensorflow==2.15.1",
        related=("KI102", "KI110"),
    ),
    tells=MODULE,
    on_cell=finder("KI101"),
    fixes=fixes,
)

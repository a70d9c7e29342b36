"""The whole package is not installed in this kernel."""

from __future__ import annotations

from ...diagnosis.model.rule import PACKAGE, Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder

RULE = Rule(
    code="KI105",
    name="package not installed",
    lesson=Lesson(
        what="`import keras` ends in ModuleNotFoundError although TensorFlow is installed.",
        why="Up to TensorFlow 2.5, Keras came inside TensorFlow and the package `keras` was separate; from 2.6 on "
        "it is installed with TensorFlow. What you import may be here under another name.",
        before="import keras",
        after="from tensorflow import keras",
        target="tensorflow==2.4.4",
        related=("KI101",),
    ),
    tells=PACKAGE,
    on_cell=finder("KI105"),
    fixes=fixes,
)

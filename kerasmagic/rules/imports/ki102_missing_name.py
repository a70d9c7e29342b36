"""A name that its module does not have in this release."""

from __future__ import annotations

from ...diagnosis.model.rule import NAME, Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder

RULE = Rule(
    code="KI102",
    name="missing name",
    lesson=Lesson(
        what="`from module import name` finds the module, but not the name in it: ImportError: cannot import name.",
        why="The name is newer than the installed release, was removed, is in another module, or is misspelled. "
        "Python's message does not say which; the record of releases does.",
        before="from keras.optimizers import adam",
        after="from keras.optimizers import Adam as adam",
        target="tensorflow==2.16.2",
        related=("KI101", "KI103"),
    ),
    tells=NAME,
    on_cell=finder("KI102"),
    fixes=fixes,
)

"""A name that its module does not have in this release."""

from __future__ import annotations

from ...diagnosis.model.rule import NAME, Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder

RULE = Rule(
    code="KI102",
    name="name that its module does not have",
    lesson=Lesson(
        what="``from module import name`` finds the module, but not the name in it: ImportError: cannot import name.",
        why="The name came with a later release, went with an earlier one, lives in another module, or is misspelled. "
        "Python's message does not say which; the records of the releases do.",
        before="from keras.optimizers import adam",
        after="from keras.optimizers import Adam as adam",
        target="tensorflow==2.16.2",
        related=("KI101", "KI103"),
    ),
    tells=NAME,
    on_cell=finder("KI102"),
    fixes=fixes,
)

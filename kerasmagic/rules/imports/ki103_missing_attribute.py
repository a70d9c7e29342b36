"""An attribute that its module or class does not have in this release."""

from __future__ import annotations

from ...diagnosis.model.rule import ATTRIBUTE, Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder

RULE = Rule(
    code="KI103",
    name="missing attribute",
    lesson=Lesson(
        what="A dotted name such as `tf.random_normal` ends in AttributeError: module has no attribute.",
        why="The import works, so the error appears only where the name is used. The same object often has another "
        "name in this release.",
        before="import tensorflow as tf\ntf.random_normal",
        after="import tensorflow as tf\ntf.random.normal",
        target="tensorflow==2.15.1",
        related=("KI102", "KI115"),
    ),
    tells=ATTRIBUTE,
    on_cell=finder("KI103"),
    fixes=fixes,
)

"""Any other argument that the called thing refuses: mostly a misspelling."""

from __future__ import annotations

from ...diagnosis.model.rule import ARGUMENT, Lesson, Rule
from ...diagnosis.repair.arguments import fixes_from
from ...diagnosis.resolve.arguments import finder

RULE = Rule(
    code="KA103",
    name="unknown argument",
    lesson=Lesson(
        what="`Dense(10, actvation='relu')`: the class or function has no argument with this name in this release.",
        why="The name is misspelled, or it belongs to an earlier or later release.",
        before="from keras.layers import Dense\nDense(10, actvation='relu')",
        after="from keras.layers import Dense\nDense(10, activation='relu')",
        target="tensorflow==2.16.2",
        related=("KA101", "KA102"),
    ),
    tells=ARGUMENT,
    on_cell=finder("KA103", ()),
    fixes=fixes_from(()),
)

"""Any other argument that the called thing refuses: mostly a misspelling, or it stands in the wrong parentheses."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.problem import Problem, Way
from ...diagnosis.model.rule import ARGUMENT, Lesson, Rule
from ...diagnosis.repair.arguments import fixes_from
from ...diagnosis.repair.misplaced import moved
from ...diagnosis.resolve.arguments import finder, refused_call
from ...diagnosis.resolve.world import World


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterator[Way]:
    found = refused_call(problem, facts)
    elsewhere = moved(found[0], problem.keyword, facts, world) if found is not None else None
    if elsewhere is not None:
        yield elsewhere
    else:
        yield from fixes_from(())(problem, facts, world)


RULE = Rule(
    code="KA103",
    name="unknown argument",
    lesson=Lesson(
        what="`Dense(10, actvation='relu')`: the class or function has no argument with this name in this release.",
        why="The name is misspelled, it belongs to an earlier or later release, or it stands in the parentheses of "
        "another call: `compile(optimizer=SGD(0.1, metrics=['accuracy']))`.",
        before="from keras.layers import Dense\nDense(10, actvation='relu')",
        after="from keras.layers import Dense\nDense(10, activation='relu')",
        target="tensorflow==2.16.2",
        related=("KA101", "KA102"),
    ),
    tells=ARGUMENT,
    on_cell=finder("KA103", ()),
    fixes=_fixes,
)

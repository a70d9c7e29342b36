"""An import line that does not parse, for a reason that is plain to see."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.evidence.cell import read
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair import verify
from ...diagnosis.repair.names import correct_all
from ...diagnosis.repair.search import advice
from ...diagnosis.resolve.world import World
from ...source.bindings import Bindings

# Each of these makes an import line of one that cannot be anything else.
_SLIPS = (
    (re.compile(r"^([ \t]*from[ \t]+[\w.]+[ \t]+import[ \t]+)import[ \t]+", re.MULTILINE), r"\1"),
    (re.compile(r"^([ \t]*)import[ \t]+import[ \t]+", re.MULTILINE), r"\1import "),
    (re.compile(r"^([ \t]*)from[ \t]+from[ \t]+", re.MULTILINE), r"\1from "),
    (re.compile(r"^([ \t]*(?:from|import)[ \t][^\\\r\n]*?)[ \t]*(?:\\r|\\n|\\t)+[ \t]*$", re.MULTILINE), r"\1"),
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, SyntaxError) or not re.search("keras|tensorflow", failure.source):
        return
    source = failure.source
    for slip, right in _SLIPS:
        source = slip.sub(right, source)
    facts = read(source, Bindings.from_namespace(failure.namespace or {}))
    if source == failure.source or facts.cell.error is not None:
        return
    corrected, _ = correct_all(source, facts, world)
    left = verify.left_over(corrected, facts, world, whole=True)
    names = ", ".join(reference.name for reference in left or ())
    edit = Fix(
        "edit",
        "Take out what does not belong in the import line",
        source=corrected,
        verified=None if left or left is None else True,
        evidence=f"The line is Python again, but {names} is not here." if left else "All that it asks for is here.",
        replacement=verify.changed_lines(failure.source, corrected),
    )
    advised = [moved.move.advice for reference in left or () for moved in advice(reference.name) if moved.move.advice][
        :1
    ]
    manual = [Fix("manual", text) for text in advised]
    yield Problem(
        rule="KI150",
        severity=ERROR,
        title="An import line has something in it that does not belong there",
        cause=f"Python cannot read the cell: {str(failure.exception).splitlines()[0]}.",
        fixes=(*manual, edit) if left else (edit,),
    )


RULE = Rule(
    code="KI150",
    name="import line that does not parse",
    lesson=Lesson(
        what="``from keras.losses import import mse`` ends in SyntaxError, and nothing of the cell has run.",
        why="A word typed twice, or the two characters of an escape such as backslash-r left behind by a conversion.",
        before="from keras.losses import import mean_squared_error",
        after="from keras.losses import mean_squared_error",
        target="tensorflow==2.16.2",
        related=("KI102",),
    ),
    on_failure=on_failure,
)

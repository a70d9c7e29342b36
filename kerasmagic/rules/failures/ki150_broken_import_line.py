"""An import line that does not parse, for a reason that is plain to see."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.position import Range

# Each of these makes an import line of one that cannot be anything else.
_SLIPS = (
    (re.compile(r"^([ \t]*from[ \t]+[\w.]+[ \t]+import[ \t]+)import[ \t]+"), r"\1"),
    (re.compile(r"^([ \t]*)import[ \t]+import[ \t]+"), r"\1import "),
    (re.compile(r"^([ \t]*)from[ \t]+from[ \t]+"), r"\1from "),
    (re.compile(r"^([ \t]*(?:from|import)[ \t][^\\\r\n]*?)[ \t]*(?:\\r|\\n|\\t)+[ \t]*$"), r"\1"),
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, SyntaxError) or not re.search("keras|tensorflow", failure.source):
        return
    edits = tuple(_without_slips(failure.source))
    if not edits:
        return
    yield Problem(
        rule="KI150",
        severity=ERROR,
        title="This import line contains something that does not belong there",
        cause=f"Python cannot read the cell: {str(failure.exception).splitlines()[0]}.",
        proposals=(
            Proposal("Remove what does not belong in the import line", edits, "With that the line is Python again."),
        ),
    )


def _without_slips(source: str) -> Iterator[Edit]:
    for number, line in enumerate(source.split("\n"), 1):
        right = line
        for slip, replacement in _SLIPS:
            right = slip.sub(replacement, right)
        if right != line:
            yield Edit(Range(number, 0, number, len(line)), right)


RULE = Rule(
    code="KI150",
    name="broken import line",
    lesson=Lesson(
        what="`from keras.losses import import mse` ends in SyntaxError, and no line of the cell has run.",
        why="A word was typed twice, or a conversion left the two characters of an escape such as backslash-r behind.",
        before="from keras.losses import import mean_squared_error",
        after="from keras.losses import mean_squared_error",
        target="tensorflow==2.16.2",
        related=("KI102",),
    ),
    on_failure=on_failure,
)

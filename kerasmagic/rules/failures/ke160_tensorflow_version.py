"""``%tensorflow_version 1.x``: the switch that Colab had."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import ERROR, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...source.edits import Edit
from ...source.position import Range

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

_LINE = re.compile(r"^[ \t]*%tensorflow_version\b[^\n]*", re.M)
_SAYS = re.compile(r"%tensorflow_version` not found|[Tt]ensor[Ff]low (?:version )?1\S* is unsupported in Colab")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    line = _LINE.search(failure.source) if _SAYS.search(failure.message) else None
    if line is None:
        return
    here = f"TensorFlow {world.version('tensorflow') or '2'}"
    before = failure.source[: line.start()].count("\n") + 1
    first = "1" in line.group().partition("version")[2]
    differs = f"The program is one of TensorFlow 1: %%keras_check tells what {here} does not have of it."
    yield Problem(
        rule="KE160",
        severity=ERROR,
        title=f"There is no %tensorflow_version here: the kernel has {here}",
        cause="Only Colab had this line, and it chooses nothing any more. TensorFlow 1 needs Python 3.7 or older.",
        reference="%tensorflow_version",
        proposals=(
            Proposal(
                "Leave the line out",
                (Edit(Range(before, 0, before, len(line.group())), "# " + line.group().strip()),),
                f"The kernel's TensorFlow is {here[11:]}.",
                differs if first else "",
            ),
        ),
    )


RULE = Rule(
    code="KE160",
    name="choosing TensorFlow 1 in Colab",
    lesson=Lesson(
        what="`%tensorflow_version 1.x` ends in UsageError, in Colab in ValueError: Tensorflow 1 is unsupported in "
        "Colab.",
        why="Colab had two TensorFlows once, and a line to choose. Now each kernel has what is installed in it, and "
        "TensorFlow 1 runs on Python up to 3.7 only.",
        since="tensorflow 2.0",
        before="%tensorflow_version 2.x\nimport tensorflow as tf",
        after="import tensorflow as tf",
        target="tensorflow==2.16.2",
    ),
    on_failure=on_failure,
)

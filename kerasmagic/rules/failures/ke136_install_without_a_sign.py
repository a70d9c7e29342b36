"""``pip install keras`` among the lines of a cell: without % it is no Python."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.evidence.cell import read
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Problem, Proposal
from ...diagnosis.model.rule import FAILS, Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.position import Range

_BARE = re.compile(
    r"^(?P<indent>[ \t]*)(?P<command>(?:python[\d.]*[ \t]+-m[ \t]+)?pip[\d.]*|conda|mamba|uv[ \t]+pip)"
    r"(?=[ \t]+(?:-\S+[ \t]+)*install[ \t])"
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, SyntaxError) or not _is_the_line(failure):
        return
    if not re.search("keras|tensorflow", failure.source):
        return
    edits = tuple(_with_signs(failure.source))
    refused = list(_refused(failure.source, world))
    if refused:  # with the sign it is a command, and pip refuses it
        yield from refused
        return
    yield Problem(
        rule="KE136",
        severity=ERROR,
        title="An install line needs % before it in a cell of several lines",
        cause="Without it Python reads the line. IPython adds the % only where the line is the whole cell.",
        proposals=(Proposal("Write % before the install", edits, "%pip installs into this kernel."),),
    )


def _is_the_line(failure: Failure) -> bool:
    """Whether Python stumbled over an install line."""
    number = getattr(failure.exception, "lineno", None)
    lines = failure.source.split("\n")
    return type(number) is int and 0 < number <= len(lines) and _BARE.match(lines[number - 1]) is not None


def _with_signs(source: str) -> Iterator[Edit]:
    for number, line in enumerate(source.split("\n"), 1):
        found = _BARE.match(line)
        if found:
            command = "pip" if "pip" in found["command"] and "uv" not in found["command"] else found["command"]
            yield Edit(Range(number, found.start("command"), number, found.end("command")), f"%{command}")


def _refused(source: str, world: World) -> Iterator[Problem]:
    """What is known to become of the installs."""
    lines = (_BARE.sub(lambda found: f"{found['indent']}%pip", line) for line in source.split("\n"))
    facts = read("\n".join(lines))
    for rule in world.rules.of_cells(live=True):
        if rule.install == FAILS and rule.on_cell is not None:
            yield from (problem._replace(range=None) for problem in rule.on_cell(facts, world))


RULE = Rule(
    code="KE136",
    name="install line without %",
    lesson=Lesson(
        what="`pip install keras`, and below it `import keras`, ends in SyntaxError: invalid syntax.",
        why="A cell is Python, and `pip install` is a command. Alone in a cell IPython takes it for its own %pip; with "
        "other lines it does not. `!pip` runs the first pip on PATH, which may be another Python's.",
        before="pip install keras\nimport keras",
        after="%pip install keras\nimport keras",
        target="tensorflow==2.21.0",
        related=("KE133", "KE131", "KI150"),
    ),
    on_failure=on_failure,
)

"""``%tensorboard`` in a kernel where TensorBoard cannot start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import ERROR, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...kernel.snapshot import take_snapshot
from ...source.position import Range
from ..environment.without_pkg_resources import tools_without_pkg_resources
from .installs import is_here

if TYPE_CHECKING:
    from ...diagnosis.evidence.cell import CellFacts
    from ...diagnosis.resolve.world import World

_STARTS = re.compile(r"[%!]\s*tensorboard\b")


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    started = [command for command in facts.cell.commands if _STARTS.match(command.text)]
    if not started or not is_here(world):
        return
    line, column, text = started[0]
    for problem in tools_without_pkg_resources(take_snapshot(), "KE167"):
        if problem.title.startswith("tensorboard "):
            yield problem._replace(severity=ERROR, range=Range(line, column, line, column + len(text)))


RULE = Rule(
    code="KE167",
    name="TensorBoard that does not start",
    lesson=Lesson(
        what='`%tensorboard --logdir logs` shows "Failed to launch TensorBoard" and, far below, "No module named '
        "'pkg_resources'\"; the cell counts as run.",
        why="TensorBoard is a program of its own: what it says is text, and no exception of this kernel. TensorBoard "
        "up to 2.19 imports pkg_resources, which setuptools 82 took away.",
        since="setuptools 82",
        related=("KE127",),
    ),
    on_cell=on_cell,
    command=True,
)

"""A cell that has been read once, to be judged for as many worlds as one likes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..source.bindings import Bindings
from ..source.cell import Cell, read_cell
from ..source.position import Range
from ..source.reference import Reference
from ..source.references import find_references


@dataclass
class CellFacts:
    """What a cell refers to, and what was bound before it and after it."""

    cell: Cell
    references: tuple[Reference, ...]
    before: Bindings
    after: Bindings
    answers: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What a rule has found out about this cell in a world, so that others need not ask again."""

    @property
    def text(self) -> str:
        return self.cell.text

    @cached_property
    def imported(self) -> frozenset[str]:
        return frozenset(self.after.imported)

    def reference_at(self, where: Range | None, name: str) -> Reference | None:
        """The reference that a problem is about."""
        for reference in self.references:
            if reference.range == where and reference.name == name:
                return reference
        return None


def read(text: str, bindings: Bindings | None = None) -> CellFacts:
    """Read a cell; nothing is run.

    Arguments:
        text: the cell as typed.
        bindings: what was bound before it; brought up to what holds after it.
    """
    after = Bindings() if bindings is None else bindings
    before = after.copy()
    cell = read_cell(text)
    return CellFacts(cell, find_references(cell, after), before, after)

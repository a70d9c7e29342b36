"""A cell that has been read once, to be judged for as many worlds as one likes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Callable, Iterator, TypeVar

from ...source.bindings import Bindings, Moment
from ...source.cell import Cell, read_cell
from ...source.position import Range
from ...source.reference import Reference
from ...source.references import find_references

if TYPE_CHECKING:
    from ..resolve.world import World

Answer = TypeVar("Answer")


@dataclass
class CellFacts:
    """What a cell refers to, and what was bound before it and after it."""

    cell: Cell
    references: tuple[Reference, ...]
    began: Moment
    """When the cell began, among all that ``after`` has seen."""
    after: Bindings
    _answers: dict[Any, Any] = field(default_factory=dict, repr=False)
    changed: CellFacts | None = field(default=None, repr=False, compare=False)
    """The cell as it was last read after an edit (``verify.reread``)."""

    @property
    def text(self) -> str:
        return self.cell.text

    @cached_property
    def before(self) -> Bindings:
        """What was bound before the cell: a copy, made only for who asks, since a notebook may bind a lot."""
        return self.after.at(self.began)

    def earlier(self, about: object) -> list[Reference]:
        """What the cells before did about something: a setting, an optimizer (``Bindings.remember``)."""
        return self.after.remembered(about, self.began)

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the cell."""
        return frozenset(re.findall(r"\w+", self.text))

    @cached_property
    def imported(self) -> frozenset[str]:
        return frozenset(self.after.imported)

    def once(self, question: Callable[[CellFacts, World], Answer], world: World) -> Answer:
        """What a question about this cell in a world is answered, asked once, however many rules need it."""
        key = (question, world)
        if key not in self._answers:
            self._answers[key] = question(self, world)
        answer: Answer = self._answers[key]
        return answer

    @property
    def imported_before(self) -> Iterator[str]:
        """The modules that the cells before imported."""
        return islice(self.after.imported, self.began.imported)

    @cached_property
    def by_kind(self) -> dict[str, list[Reference]]:
        """The references of each kind, in textual order."""
        found: dict[str, list[Reference]] = {}
        for reference in self.references:
            found.setdefault(reference.kind, []).append(reference)
        return found

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
    began = after.now()
    cell = read_cell(text)
    return CellFacts(cell, find_references(cell, after), began, after)

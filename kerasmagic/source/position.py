"""Where something stands in a text, as its author typed it."""

from __future__ import annotations

from typing import NamedTuple


class Range(NamedTuple):
    """A stretch of a text: 1-based lines, 0-based columns counted in characters, the end column exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def to_dict(self) -> dict[str, int]:
        return self._asdict()

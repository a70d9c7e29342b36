"""Exact edits: what is not named by a range stays byte for byte."""

from __future__ import annotations

import difflib
import re
from typing import Iterable, NamedTuple

from .position import Range

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Edit(NamedTuple):
    """Another text for a range; a range without width inserts."""

    range: Range
    text: str


class OverlappingEdits(ValueError):
    """Two edits want to change the same characters."""


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made, all counted in the text as it was. Equal edits count once.

    Raises OverlappingEdits when two edits touch the same characters, and ValueError for a range outside of the text.
    """
    starts = _line_starts(text)
    spans = sorted(
        {(_offset(starts, text, e.range.line, e.range.column), *_end(starts, text, e), e.text) for e in edits}
    )
    parts: list[str] = []
    position = 0
    for start, end, replacement in spans:
        if start < position:
            line = next(index for index, begin in enumerate([*starts[1:], len(text) + 1], 1) if start < begin)
            raise OverlappingEdits(f"Two edits overlap in line {line}.")
        parts += (text[position:start], replacement)
        position = end
    parts.append(text[position:])
    return "".join(parts)


def unified_diff(before: str, after: str, name: str = "cell", context: int = 3) -> str:
    """The difference of two texts in the unified format; empty when there is none."""
    lines = difflib.unified_diff(
        _LINE.findall(before), _LINE.findall(after), f"{name} (before)", f"{name} (after)", n=context
    )
    return "".join(line if line.endswith("\n") else line.rstrip("\r") + "\n" for line in lines)


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in _LINE.finditer(text):
        if line.group().endswith(("\n", "\r")):
            starts.append(line.end())
    return starts


def _end(starts: list[int], text: str, edit: Edit) -> tuple[int]:
    return (_offset(starts, text, edit.range.end_line, edit.range.end_column),)


def _offset(starts: list[int], text: str, line: int, column: int) -> int:
    if not 1 <= line <= len(starts) or column < 0:
        raise ValueError(f"There is no line {line}, column {column} in the text.")
    offset = starts[line - 1] + column
    if offset > (starts[line] if line < len(starts) else len(text)):
        raise ValueError(f"Line {line} has no column {column}.")
    return offset

"""The words of a cell, line by line: most statements ask for nothing of ours, and need not be read to know it."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from .cell import Cell

OF_INTEREST = frozenset(
    {"import", "tensorflow", "keras", "tf_keras", "importlib", "import_module", "__import__", "environ", "putenv"}
    | {"setattr", "compile", "pip", "conda", "uv", "env", "set_env"}
)
"""Words that make a statement worth reading, besides the names that are known to stand for something."""

_WORD = re.compile(r"[^\W\d]\w*")
_BLANKS = "".join(character if character.isalnum() or character in "_\n" else " " for character in map(chr, range(128)))
"""Translates all that is not part of a name; lines stay."""
_ANYTHING = ["import"]
"""The words of a line that has to be read whatever stands on it."""
_MANY = 500
"""A line of more words is not searched for names: many statements may stand on it."""


class Words:
    """The words of a cell.

    Attributes:
        on: the words on each line, the first line's at index 0.
    """

    __slots__ = ("_cell", "_first_lines", "on")

    def __init__(self, cell: Cell) -> None:
        self._cell = cell
        self._first_lines: dict[str, int] | None = None  # of each word; found when it is asked for
        self.on = _on_lines(cell)

    def within(self, *nodes: Any) -> set[str]:
        """All words on the lines of these statements."""
        found: set[str] = set()
        for node in nodes:
            for line in self._cell.lines[node.lineno - 1 : node.end_lineno]:
                found.update(_WORD.findall(unicodedata.normalize("NFKC", line)))
        return found

    def are_above(self, name: str, line: int) -> bool:
        """Whether a name is mentioned above a line, counted from 1."""
        if self._first_lines is None:
            self._first_lines = {}
            for number, words in enumerate(self.on, 1):
                for word in words:
                    self._first_lines.setdefault(word, number)
        return self._first_lines.get(name, line) < line


def _on_lines(cell: Cell) -> list[list[str]]:
    text = cell.text
    if text.isascii() and "\r" not in text:
        words = [line.split() for line in text.translate(_BLANKS).split("\n")]
    else:
        words = [_WORD.findall(unicodedata.normalize("NFKC", line)) for line in cell.lines]
    for number, found in enumerate(words):
        if len(found) > _MANY:  # many statements may stand there, and each would search it
            words[number] = _ANYTHING
    for command in cell.commands:
        words[command.line - 1] = _ANYTHING
    return words

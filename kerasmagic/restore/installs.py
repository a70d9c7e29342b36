"""Lines of a program that install, upgrade or remove packages: a restoration does not run them.

In the text that the kernel gets, such a line is held back by a harmless one; in everything that comes out of the
kernel, and in the restored file, it stands as it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping

from ..source.cell import SHELL_MAGICS, read_cell

_CHANGES_PACKAGES = re.compile(
    r"(?<![\w-])(?:pip[\d.]*|uv|conda|mamba|micromamba|apt|apt-get|easy_install|npm|poetry|pipenv)\s"
    r"(?:[^;&|]*\s)?(?:install|uninstall|remove|upgrade|update|add)\b"
)
_WORDS = "not run by kerasmagic restore:"


@dataclass(frozen=True)
class Held:
    """A cell as the kernel gets it."""

    text: str
    lines: Mapping[str, str]
    """Each line that is held back, and how it stands in the cell."""

    def release(self, text: str) -> str:
        """A text that came of this one, with its lines as they were."""
        return "".join(self.lines.get(line, line) for line in text.splitlines(keepends=True))


def hold(text: str) -> Held:
    """Hold back the lines of a cell that change what is installed."""
    cell = read_cell(text)
    nothing = ": # " if cell.magic in SHELL_MAGICS else "None  # "
    lines = text.splitlines(keepends=True)
    held: dict[str, str] = {}
    for command in cell.commands:
        if not _CHANGES_PACKAGES.search(command.text):
            continue
        for index in _lines_of(lines, command.line - 1):
            line = lines[index]
            first = index == command.line - 1
            place = command.column if first else len(line) - len(line.lstrip())
            told = f"{_WORDS} {index + 1}: {line[place:].strip()}".rstrip("\\")  # a comment must not go on
            ending = line[len(line.rstrip("\r\n")) :]
            lines[index] = f"{line[:place]}{nothing if first else '# '}{told}{ending}"
            held[lines[index]] = line
    return Held("".join(lines), held)


def _lines_of(lines: list[str], first: int) -> range:
    """The lines of a command: those that end in a backslash go on."""
    last = first
    while last + 1 < len(lines) and lines[last].rstrip("\r\n").endswith("\\"):
        last += 1
    return range(first, last + 1)

"""A file with code in it: a notebook, or a script as one piece; read, and written back with other code in it."""

from __future__ import annotations

import os
import tokenize
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Mapping, NamedTuple

from .notebook import NotANotebook, read_notebook, source_places
from .spelling import Spelling, spell_json, spell_plain


class Unreadable(Exception):
    """One sentence that says why a file can't be checked."""


class Passage(NamedTuple):
    """A piece of code that is checked as one: a cell, or a whole script."""

    cell: int | None
    """1 for the first cell of a notebook, markdown cells counted; None in a script."""
    text: str
    """As typed; lines end in ``\\n``, however the file spells them."""


@dataclass(frozen=True)
class Document:
    text: str
    """The file as it is, decoded."""
    encoding: str
    passages: tuple[Passage, ...]
    is_notebook: bool
    remarks: tuple[tuple[int | None, str], ...]
    """What could not be checked: a cell's number or None, and a sentence."""

    def place(self, cell: int | None, line: int, column: int) -> tuple[int, int]:
        """The line (from 1) and column (from 0) in the file of a place in one of its passages."""
        spelling, start = self._spelling(cell)
        lines = spelling.text.split("\n")
        position = sum(len(before) + 1 for before in lines[: line - 1]) + min(column, len(lines[line - 1]))
        before = self.text[: start + spelling.offset(position)]
        return before.count("\n") + 1, len(before) - before.rfind("\n") - 1

    def with_passages(self, changed: Mapping[int | None, str]) -> str:
        """The text of the file with other code in some of its passages, and every other byte as it is."""
        edits = []
        for cell, new in changed.items():
            spelling, start = self._spelling(cell)
            edits.append((start, start + len(spelling.rewrite(spelling.text)), spelling.rewrite(new)))
        text = self.text
        for start, end, spelled in sorted(edits, reverse=True):
            text = text[:start] + spelled + text[end:]
        return text

    @cached_property
    def _places(self) -> dict[int, tuple[int, int]]:
        return source_places(self.text)

    def _spelling(self, cell: int | None) -> tuple[Spelling, int]:
        if cell is None:
            return spell_plain(self.text), 0
        start, end = self._places[cell]
        return spell_json(self.text[start:end], ascii_only=self.text.isascii() and "\\u" in self.text), start


def read_document(content: bytes, name: str) -> Document:
    """Read a notebook or a script.

    Arguments:
        content: the bytes of the file.
        name: its name; what ends in ``.ipynb`` is a notebook, ``.py`` a script, else the content decides.

    Raises:
        Unreadable: it is neither.
    """
    if name.endswith(".ipynb") or (not name.endswith(".py") and content.lstrip()[:1] == b"{"):
        return _read_notebook(content)
    return _read_script(content)


def _read_notebook(content: bytes) -> Document:
    encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
    text = _decode(content, encoding)
    try:
        notebook = read_notebook(text)
    except NotANotebook as error:
        raise Unreadable(str(error)) from None
    remarks: list[tuple[int | None, str]] = list(notebook.unreadable)
    if notebook.language not in ("python", "python3", "ipython"):
        remarks.append((None, f"This notebook is for {notebook.language}, not for Python, so it was not checked."))
        return Document(text, encoding, (), True, tuple(remarks))
    passages = tuple(Passage(cell.number, cell.source.replace("\r\n", "\n")) for cell in notebook.cells)
    return Document(text, encoding, passages, True, tuple(remarks))


def _read_script(content: bytes) -> Document:
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(content).readline)
    except SyntaxError as error:
        raise Unreadable(f"This script can't be read: {error.msg}.") from None
    text = _decode(content, encoding)
    if "\0" in text:
        raise Unreadable("This is not a script: it contains null bytes.")
    return Document(text, encoding, (Passage(None, text.replace("\r\n", "\n")),), False, ())


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        name = "UTF-8" if encoding.startswith("utf-8") else encoding
        raise Unreadable(f"This file is not {name} text: byte {error.start + 1} can't be decoded.") from None


def write_document(path: Path, text: str, encoding: str) -> None:
    """Put the text in the file's place in one step, so that no reader ever sees half of it; its mode stays."""
    import tempfile  # takes as long to import as all of this room, and reading doesn't need it

    path = path.resolve()  # a link stays a link
    handle, name = tempfile.mkstemp(dir=str(path.parent), prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode(encoding))
        temporary.chmod(path.stat().st_mode & 0o7777)
        temporary.replace(path)
    except BaseException:
        temporary.unlink()
        raise

"""Save and load: a file that gets another name gets it wherever the program names it, or nowhere."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Iterator, Sequence

from ...source.cell import Cell
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range
from .endings import Written, literal_of

_ENDING = re.compile(r"(?:\.weights)?\.(?:h5|hdf5|ckpt|tf|keras|weights|model|pb)$", re.IGNORECASE)
_READERS = ("load_weights", "load_model")


@dataclass(frozen=True)
class FileGroup:
    """One file name in a program: everywhere it stands."""

    edits: tuple[tuple[Edit, ...], ...]
    """For each of the cells, what gives the file its new name there."""
    is_read: bool
    """Whether the program reads the file, and only after it has written it: then all that knows the name is here."""


def file_group(written: Written, cell: Cell, cells: Sequence[Cell]) -> FileGroup | None:
    """All places of the file name that a call writes to; None where its end is not written out.

    Arguments:
        cell: the one with the call.
        cells: the program, or as much of it as is known, in order.
    """
    literal = literal_of(written.node, cell)
    if literal is None:
        return None
    name = ast.dump(literal)
    edits: list[tuple[Edit, ...]] = []
    reads: list[tuple[int, int]] = []
    for number, each in enumerate(cells):
        edits.append(tuple(_edit(node, written.ending, each) for node in _same(name, each)))
        reads += [(number, line) for line in _lines_that_read(name, each)]
    place = next((number for number, each in enumerate(cells) if each is cell), 0), written.node.lineno
    if any(edit.text == "" for group in edits for edit in group):
        return None
    return FileGroup(tuple(edits), bool(reads) and min(reads) > place)


def _same(name: str, cell: Cell) -> Iterator[ast.Constant | ast.JoinedStr]:
    for node in cell.placed:
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and ast.dump(node) == name:
            yield node


def _edit(node: ast.Constant | ast.JoinedStr, ending: str, cell: Cell) -> Edit:
    """The edit of the last characters of a text; an empty one where they don't stand where they are expected."""
    where = cell.range(node)
    text = cell.segment(where)
    quote = text[-1:]
    plain = quote in ("'", '"') and not text.endswith(quote * 3)
    old = _ENDING.search(text[:-1])
    start = where.end_column - 1 - (len(old.group()) if old else 0)
    return Edit(Range(where.end_line, start, where.end_line, where.end_column - 1), ending if plain else "")


def _lines_that_read(name: str, cell: Cell) -> Iterator[int]:
    for call in cell.calls.values():
        if last_name(call.func) in _READERS:
            named = [each.value for each in call.keywords if each.arg == "filepath"] + call.args[:1]
            literals = (literal_of(node, cell) for node in named)
            if any(literal is not None and ast.dump(literal) == name for literal in literals):
                yield call.lineno

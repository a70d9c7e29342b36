"""Save and load: a file that gets another name gets it wherever the program names it, or nowhere."""

from __future__ import annotations

import ast
import re
from typing import Iterator, NamedTuple, Sequence

from ...source.cell import Cell
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range
from .endings import Written, literal_of

_ENDING = re.compile(r"(?:\.weights)?\.(?:h5|hdf5|ckpt|tf|keras|weights|model|pb)$", re.IGNORECASE)
_WRITERS = ("ModelCheckpoint", "save", "save_weights", "save_model")
_READERS = ("load_weights", "load_model")


class FileGroup(NamedTuple):
    """One file name in a program: everywhere it stands."""

    edits: tuple[tuple[Edit, ...], ...]
    """For each of the cells, what gives the file its new name there."""
    is_read: bool
    """Whether the program reads the file, and only after it has written it: then all that knows the name is here."""
    by_name: bool = False
    """Whether it is read with ``by_name=True``: then it keeps its name, and the whole model is saved in it."""


def file_group(written: Written, cell: Cell, cells: Sequence[Cell]) -> FileGroup | None:
    """All places of the file name that a call writes to; None where its end is not written out.

    Arguments:
        cell: the one with the call.
        cells: the program, or as much of it as is known, in order.
    """
    literal = literal_of(written.node, cell)
    if literal is None:
        return None
    if any(_is_read_by_name(literal, each) for each in cells):
        return _saved_whole(literal, cells)
    edits: list[tuple[Edit, ...]] = []
    reads: list[tuple[int, int]] = []
    certain = True
    for number, each in enumerate(cells):
        same = same_texts(literal, each)
        files = set(named_files(same, each))
        if not _ENDING.search(each.segment(each.range(same[0]))[:-1] if same else ""):
            certain = certain and len(files) == len(same)  # "model" may be the name of something else, too
            same = [node for node in same if node in files]
        edits.append(tuple(_edit(node, written.ending, each) for node in same))
        reads += [(number, line) for line in _lines_that_read(same, each)]
    place = next((number for number, each in enumerate(cells) if each is cell), 0), written.node.lineno
    if any(edit.text == "" for group in edits for edit in group):
        return None
    return FileGroup(tuple(edits), certain and bool(reads) and min(reads) > place)


def _is_read_by_name(literal: ast.expr, cell: Cell) -> bool:
    """``load_weights("w.h5", by_name=True)``, which Keras 3 does with files of Keras 2's form only."""
    return any(
        last_name(call.func) == "load_weights"
        and any(item.arg == "by_name" and getattr(item.value, "value", None) is True for item in call.keywords)
        for call in _calls_with(literal, cell)
    )


def _saved_whole(literal: ast.expr, cells: Sequence[Cell]) -> FileGroup | None:
    """``model.save("w.h5")`` writes that form: the weights under the names of their layers, and the model beside."""
    ends_so = str(getattr(literal, "value", "")).endswith((".h5", ".hdf5"))
    writers = [
        (each, call) for each in cells for call in _calls_with(literal, each) if last_name(call.func) in _WRITERS
    ]
    if not ends_so or not all(isinstance(call.func, ast.Attribute) for _, call in writers):
        return None
    if any(last_name(call.func) not in ("save", "save_weights") for _, call in writers):
        return None
    edits = []
    for cell in cells:
        saving = [call for each, call in writers if each is cell and last_name(call.func) == "save_weights"]
        ends = [cell.range(call.func) for call in saving]
        names = [Range(at.end_line, at.end_column - len("save_weights"), at.end_line, at.end_column) for at in ends]
        edits.append(tuple(Edit(at, "save") for at in names))
    return FileGroup(tuple(edits), True, True)


def _calls_with(literal: ast.expr, cell: Cell) -> Iterator[ast.Call]:
    """The calls that write or read the file of a name."""
    for call in cell.calls.values():
        if last_name(call.func) in _WRITERS + _READERS:
            found = (literal_of(node, cell) for node in _named(call))
            if any(each is not None and ast.dump(each) == ast.dump(literal) for each in found):
                yield call


def same_texts(literal: ast.expr, cell: Cell) -> list[ast.expr]:
    """All places of a text in a cell."""
    return [node for node in _texts(cell) if ast.dump(node) == ast.dump(literal)]


def _texts(cell: Cell) -> Iterator[ast.expr]:
    for node in cell.placed:
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            yield node


def named_files(texts: Sequence[ast.expr], cell: Cell) -> Iterator[ast.expr]:
    """Those of some texts that are the name of a file that is saved or loaded."""
    for call in cell.calls.values():
        if last_name(call.func) in _WRITERS + _READERS:
            for node in _named(call):
                literal = literal_of(node, cell)
                if literal is not None and literal in texts:
                    yield literal


def _named(call: ast.Call) -> list[ast.expr]:
    """What may be the file name of a call."""
    place = slice(1, 2) if last_name(call.func) == "save_model" else slice(0, 1)
    return [each.value for each in call.keywords if each.arg == "filepath"] + call.args[place]


def _lines_that_read(texts: Sequence[ast.expr], cell: Cell) -> Iterator[int]:
    for call in cell.calls.values():
        if last_name(call.func) in _READERS and any(literal_of(node, cell) in texts for node in _named(call)):
            yield call.lineno


def _edit(node: ast.expr, ending: str, cell: Cell) -> Edit:
    """The edit of the last characters of a text; an empty one where they don't stand where they are expected."""
    where = cell.range(node)
    text = cell.segment(where)
    quote = text[-1:]
    plain = quote in ("'", '"') and not text.endswith(quote * 3)
    old = _ENDING.search(text[:-1])
    start = where.end_column - 1 - (len(old.group()) if old else 0)
    return Edit(Range(where.end_line, start, where.end_line, where.end_column - 1), ending if plain else "")

"""A setting at the top of a program, before TensorFlow can have read its environment variables."""

from __future__ import annotations

from typing import Mapping

from ..source.cell import read_cell
from ..source.edits import Edit, apply_edits
from ..source.imports import ensure_import
from .choose import marked

_IMPORT = "from os import environ"


def set_at_top(texts: Mapping[int | None, str], name: str, value: str, differs: str) -> dict[int | None, str]:
    """A program that sets an environment variable before all else; as it is where its first cell can't be edited.

    Arguments:
        texts: the program.
        name: of the variable.
        value: its value.
        differs: what a person must know of it, for the comment above.
    """
    first = next(iter(texts))
    cell = read_cell(texts[first])
    if cell.tree is None or cell.magic:
        return dict(texts)
    newline = "\r\n" if "\r\n" in cell.text else "\n"
    line = f'environ["{name}"] = "{value}"{newline}'
    edits = [Edit(edit.range, edit.text + line) for edit in ensure_import(cell, _IMPORT)]
    return {**texts, first: marked(cell.text, apply_edits(cell.text, edits), differs)}

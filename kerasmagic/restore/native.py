"""A kernel that died in native code: TensorFlow has plain code for what it computes with oneDNN, to be tried once."""

from __future__ import annotations

import re
from typing import Mapping

from ..diagnosis.model.problem import CHECK
from ..source.cell import read_cell
from ..source.edits import Edit, apply_edits
from ..source.imports import ensure_import
from .choose import marked
from .model import Change

_TENSORFLOW = re.compile(r"\b(?:tensorflow|keras|tf_keras)\b")
_IMPORT = "from os import environ"
_SETTING = 'environ["TF_ENABLE_ONEDNN_OPTS"] = "0"'
_TITLE = "Let TensorFlow compute with its plain code"
_DIFFERS = "TensorFlow computes without oneDNN: results differ by rounding, and some models are slower."


def with_plain_code(texts: Mapping[int | None, str]) -> dict[int | None, str]:
    """A program with TensorFlow's plain code chosen at its top; as it is where it chooses, or has no TensorFlow."""
    whole = "\n".join(texts.values())
    first = next(iter(texts))
    cell = read_cell(texts[first])
    if not _TENSORFLOW.search(whole) or "ONEDNN" in whole or cell.tree is None or cell.magic:
        return dict(texts)
    newline = "\r\n" if "\r\n" in cell.text else "\n"
    edits = [Edit(edit.range, edit.text + _SETTING + newline) for edit in ensure_import(cell, _IMPORT)]
    return {**texts, first: marked(cell.text, apply_edits(cell.text, edits), _DIFFERS)}


def change_of(cell: int | None, error: str) -> Change:
    """What is said about that."""
    return Change(cell, "", "TensorFlow's native code ended the kernel", _TITLE, CHECK, _DIFFERS, f"after {error}")

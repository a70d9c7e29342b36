"""A kernel that died in native code: TensorFlow has plain code for what it computes with oneDNN, to be tried once."""

from __future__ import annotations

import re
from typing import Mapping

from ..diagnosis.model.problem import CHECK
from .model import Change
from .setting import set_at_top

_TENSORFLOW = re.compile(r"\b(?:tensorflow|keras|tf_keras)\b")
_TITLE = "Let TensorFlow compute with its plain code"
_DIFFERS = "TensorFlow computes without oneDNN: results differ by rounding, and some models are slower."


def with_plain_code(texts: Mapping[int | None, str]) -> dict[int | None, str]:
    """A program with TensorFlow's plain code chosen at its top; as it is where it chooses, or has no TensorFlow."""
    whole = "\n".join(texts.values())
    if not _TENSORFLOW.search(whole) or "ONEDNN" in whole:
        return dict(texts)
    return set_at_top(texts, "TF_ENABLE_ONEDNN_OPTS", "0", _DIFFERS)


def change_of(cell: int | None, error: str) -> Change:
    """What is said about that."""
    return Change(cell, "", "TensorFlow's native code ended the kernel", _TITLE, CHECK, _DIFFERS, f"after {error}")

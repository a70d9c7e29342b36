"""What the cells of a session have installed: pip has given the newest release that this kernel can have."""

from __future__ import annotations

import re

from ...kernel.stack import normalize
from . import session
from .cell import read
from .failure import Failure


def has_just_installed(name: str, failure: Failure) -> bool:
    """Whether this cell, or an earlier one, asked pip for a distribution, and for no special release of it.

    Arguments:
        name: of a distribution.
    """
    return any(wanted == normalize(name) for wanted in _asked_for(failure))


def _asked_for(failure: Failure) -> set[str]:
    """The distributions that the cells install without a version."""
    texts = [text for text in (*session.cells(failure.namespace), failure.source) if "install" in text]
    asked = (reference.name for text in texts for reference in read(text).by_kind.get("install", ()))
    return {normalize(name) for name in asked if re.fullmatch(r"[\w.-]+", name)}

"""A layer that computes with a mask where there is none: Keras 3 gives a list of None for a list of inputs."""

from __future__ import annotations

import linecache
import re
from traceback import walk_tb
from types import FrameType

from . import session
from .failure import Failure

_NOTHING = re.compile(r"None values not supported|NoneType|convert a value \(None\)|Unsupported type.*None")


def masks_of_nothing(failure: Failure) -> FrameType | None:
    """The method that failed since it uses its mask, where this is a list of None; None where none did."""
    for frame, line in walk_tb(failure.exception.__traceback__):
        masks = session.members(frame.f_locals.get("mask"))
        if masks and all(mask is None for mask in masks):
            text = linecache.getline(frame.f_code.co_filename, line, frame.f_globals)
            if re.search(r"\bmask\b", text) or _NOTHING.search(failure.message):
                return frame
    return None

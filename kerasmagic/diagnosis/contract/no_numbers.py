"""What stands in data where numbers should: text, dates, rows of other lengths, gaps, or numbers kept as objects."""

from __future__ import annotations

from typing import Any

from ..evidence import session
from .data import LIST, Data

TEXT, RAGGED, DATES, COLUMNS, GAPS, OBJECTS = "text", "ragged", "dates", "columns", "gaps", "numbers"
_NUMBERS = {"int", "float", "bool", "int64", "int32", "float64", "float32", "bool_", "uint8", "Decimal"}
_MOST_TEXTS = 1_000_000
_TEXTS = {"str", "bytes", "str_", "bytes_"}


def fault_of(data: Data) -> str:
    """What an array or a list holds in the place of numbers; empty where it holds numbers, or is not known."""
    if data.is_text:
        return TEXT
    if data.form == LIST and _has_rows_of_other_lengths(data.value):
        return RAGGED
    if data.dtype in ("datetime", "timedelta"):
        return DATES
    if data.dtype in ("object", "category") or data.dtype.startswith(("string", "str")):
        if data.columns():
            return COLUMNS
        return _of_objects({session.class_name(each) for each in data.first()})
    return ""


def texts_of(data: Data) -> list[str]:
    """All elements of an array or a list; none where others than texts are among them, or that would take long."""
    array = data.array()
    if array is not None:
        things = array.reshape(-1).tolist() if array.size <= _MOST_TEXTS else []
    else:
        things = data.value if type(data.value) is list else []
    return things if all(type(each) is str for each in things) else []


def _has_rows_of_other_lengths(rows: Any) -> bool:
    """``[[1, 2], [3]]``; arrays in a list are several inputs."""
    if type(rows) not in (list, tuple):
        return False
    plain = all(type(row) in (list, tuple) and all(type(each) in (int, float) for each in row) for row in rows)
    return plain and len({len(row) for row in rows}) > 1


def _of_objects(kinds: set[str]) -> str:
    if kinds & _TEXTS:
        return TEXT
    if kinds & {"list", "tuple", "ndarray"}:
        return RAGGED
    if "NoneType" in kinds:
        return GAPS
    return OBJECTS if kinds and kinds <= _NUMBERS else ""

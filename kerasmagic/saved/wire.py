"""Reads single fields of a protocol buffer, without its schema and without copying what is passed over.

The encoding: https://protobuf.dev/programming-guides/encoding. TensorFlow's own classes would do it too, but loading
them means loading TensorFlow.
"""

from __future__ import annotations

from typing import Iterator, Union

Value = Union[int, memoryview]


class WireError(Exception):
    """The bytes are not a protocol buffer, or end in its middle."""


def fields(message: memoryview) -> Iterator[tuple[int, Value]]:
    """The number and the value of each field; a number for a varint, bytes for all else.

    Raises:
        WireError: while iterating.
    """
    position, end = 0, len(message)
    while position < end:
        key, position = _varint(message, position)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise WireError("field 0")
        if kind == 0:
            value, position = _varint(message, position)
            yield number, value
            continue
        if kind == 2:
            size, position = _varint(message, position)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise WireError(f"wire type {kind}")
        if position + size > end:
            raise WireError("truncated")
        yield number, message[position : position + size]
        position += size


def messages(message: memoryview, number: int) -> Iterator[memoryview]:
    """The values of one field that are messages, strings or bytes."""
    for found, value in fields(message):
        if found == number and isinstance(value, memoryview):
            yield value


def text(message: memoryview, number: int) -> str:
    """The last value of a string field; empty if it is not there."""
    found = [bytes(value) for value in messages(message, number)]
    return found[-1].decode("utf-8", errors="replace") if found else ""


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(message):
            raise WireError("truncated")
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise WireError("endless number")

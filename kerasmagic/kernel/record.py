"""Whether the files of an installed distribution are those that its RECORD lists."""

from __future__ import annotations

import csv
import os
import re
import struct
from typing import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from .distributions import Distribution

_CODE = re.compile(r"\.(?:py|so|pyd|dll|dylib)(?:\.[\d.]+)?$")
_COMPILED = (".so", ".pyd", ".dll", ".dylib")
_LEAVE_THEM_ALONE = ("pip", "uv")
"""Installers that write compiled files as they are recorded; distributors such as conda edit them afterwards."""


def damaged_files(distribution: Distribution) -> Iterator[str]:
    """The files with code that are gone, those in Python that are shorter or longer than recorded, and compiled ones
    that were cut off; none where nothing is recorded."""
    for name, size in recorded_code(distribution):
        path = os.path.join(distribution.location, name)
        if not _is_whole(path, size, distribution.installer in _LEAVE_THEM_ALONE):
            yield path


def cut_libraries(distribution: Distribution) -> Iterator[str]:
    """Of those only the compiled ones that are there, and shorter than recorded. A package has few of them: this is
    done in a moment also where it has ten thousand files."""
    for name, size in _recorded(distribution, _COMPILED) if distribution.installer in _LEAVE_THEM_ALONE else ():
        path = os.path.join(distribution.location, name)
        if os.path.isfile(path) and not _is_whole(path, size, True):
            yield path


def _is_whole(path: str, size: int, compiled: bool) -> bool:
    """Whether a file is as recorded.

    Arguments:
        compiled: whether the size of a compiled file tells anything.
    """
    try:
        found = os.stat(path).st_size
    except OSError:
        return False
    if path.endswith(".py"):
        return found == size
    return found >= size or not compiled or _was_stripped(path, found)


def _was_stripped(path: str, size: int) -> bool:
    """Whether a shorter library for Linux is whole all the same: ``strip`` takes symbols away, as images for containers
    do, and all that is loaded still lies within the file."""
    try:
        with open(path, "rb") as file:
            head = file.read(64)
            (start,), (length, count) = struct.unpack_from("<Q", head, 32), struct.unpack_from("<HH", head, 54)
            file.seek(start)
            table = file.read(length * count)
        segments = [struct.unpack_from("<IIQQQQ", table, length * number) for number in range(count)]
    except (OSError, struct.error):
        return False
    return head.startswith(_ELF_64) and all(offset + stored <= size for _, _, offset, _, _, stored in segments)


_ELF_64 = b"\x7fELF\x02\x01"


def read_text(path: str) -> str:
    """The text of a RECORD; empty where there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def recorded_code(distribution: Distribution) -> Iterator[tuple[str, int]]:
    """The files with code, relative to where the distribution lies, and their sizes in bytes; none without a record."""
    return _recorded(distribution, (".py", *_COMPILED))


def _recorded(distribution: Distribution, endings: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    try:
        with open(os.path.join(distribution.metadata, "RECORD"), encoding="utf-8", newline="") as file:
            for row in csv.reader(line for line in file if any(ending in line for ending in endings)):
                if len(row) == 3 and _CODE.search(row[0]) and row[2].isdigit():
                    yield row[0], int(row[2])
    except (OSError, ValueError, csv.Error):
        return

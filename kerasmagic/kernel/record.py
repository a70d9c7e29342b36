"""Whether the files of an installed distribution are those that its RECORD lists."""

from __future__ import annotations

import csv
import os
import re
from typing import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from .distributions import Distribution

_CODE = re.compile(r"\.(?:py|so|pyd|dll|dylib)(?:\.[\d.]+)?$")


def damaged_files(distribution: Distribution) -> Iterator[str]:
    """The files with code that are gone, and those in Python that are shorter or longer than recorded; none where
    nothing is recorded. Distributors edit compiled files after pip has recorded them."""
    for name, size in recorded_code(distribution):
        path = os.path.join(distribution.location, name)
        try:
            whole = os.stat(path).st_size == size or not name.endswith(".py")
        except OSError:
            whole = False
        if not whole:
            yield path


def read_text(path: str) -> str:
    """The text of a RECORD; empty where there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def recorded_code(distribution: Distribution) -> Iterator[tuple[str, int]]:
    """The files with code, relative to where the distribution lies, and their sizes in bytes; none without a record."""
    try:
        with open(os.path.join(distribution.metadata, "RECORD"), encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                if len(row) == 3 and _CODE.search(row[0]) and row[2].isdigit():
                    yield row[0], int(row[2])
    except (OSError, ValueError, csv.Error):
        return

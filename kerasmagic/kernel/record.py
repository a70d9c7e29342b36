"""Whether the files of an installed distribution are those that its RECORD lists."""

from __future__ import annotations

import csv
import os
from typing import Iterator

from .distributions import Distribution


def damaged_files(distribution: Distribution) -> Iterator[str]:
    """The Python files that are gone, or are shorter or longer than recorded; none where nothing is recorded."""
    for name, size in _recorded(distribution):
        path = os.path.join(distribution.location, name)
        try:
            whole = os.stat(path).st_size == size
        except OSError:
            whole = False
        if not whole:
            yield path


def _recorded(distribution: Distribution) -> Iterator[tuple[str, int]]:
    try:
        with open(os.path.join(distribution.metadata, "RECORD"), encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                if len(row) == 3 and row[0].endswith(".py") and row[2].isdigit():
                    yield row[0], int(row[2])
    except (OSError, ValueError, csv.Error):
        return

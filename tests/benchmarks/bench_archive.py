"""Thousands of notebooks: time and memory as their number grows, and as the number of their cells does."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Iterator

import bench_source
from process import check, cost
from table import Row

TARGET = "tensorflow==2.16.2"
CELLS = 20
FEW, MANY, LONG = 200, 2_000, (1_000, 10_000)
GROWTH = 1.25
"""So many times the memory of a few notebooks, at most, for many; so many times the time a cell, for many cells."""


def run() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder, "few"), Path(folder, "many")
        for place, number in ((few, FEW), (many, MANY)):
            place.mkdir()
            for index in range(number):
                write(
                    place / f"{index}.ipynb", bench_source.notebook(bench_source.CORPORA["ordinary"], CELLS + index % 7)
                )
        one = cost(_check(few))
        all_ = cost(_check(many))
        yield Row(
            f"check {MANY:,} notebooks", all_.seconds / MANY * 1e3, "ms", f"each of {FEW}", one.seconds / FEW * 1e3
        )
        yield Row(
            f"memory for {MANY:,} notebooks", all_.megabytes, "MB", f"{FEW}", one.megabytes, one.megabytes * GROWTH
        )
        two = cost(_check(many, "--jobs", "2"), cores=2)
        yield Row("memory for them with --jobs 2, each", two.megabytes, "MB", "one process", all_.megabytes)
        yield from _long(Path(folder))


def _long(folder: Path) -> Iterator[Row]:
    """The time a cell in a long notebook and in one that is ten times longer."""
    each = []
    for cells in LONG:
        path = folder / f"{cells}.ipynb"
        write(path, bench_source.notebook(bench_source.CORPORA["ordinary"], cells))
        each.append(cost(_check(path)).seconds / cells * 1e6)
    short, long = each
    yield Row(f"a cell in a notebook of {LONG[1]:,}", long, "µs", f"of {LONG[0]:,}", short, short * GROWTH)


def _check(path: Path, *options: str) -> list[str]:
    return check(str(path), "--target", TARGET, "--format", "jsonl", *options)


def write(path: Path, sources: list[str]) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content), encoding="utf-8")

"""What reading cells costs, compared with ``ast.parse`` of the same cells."""

from __future__ import annotations

import ast
import random
import statistics
import time
from pathlib import Path

from kerasmagic.source.bindings import Bindings
from kerasmagic.source.cell import read_cell
from kerasmagic.source.references import find_references

CELLS = [
    cell.lstrip("\n")
    for cell in (Path(__file__).parent.parent / "unit" / "realistic_cells.txt")
    .read_text("utf-8")
    .split("# " + "-" * 70)
]
AT_MOST = 2.0
"""Times the cost of ast.parse."""


def notebook(size: int) -> list[str]:
    """``size`` realistic cells, no two the same."""
    draw = random.Random(size)
    return [f"{CELLS[0]}" if not number % 50 else f"{draw.choice(CELLS)}\n# {number}" for number in range(size)]


def parse(cells: list[str]) -> float:
    """Seconds for ast.parse of what Python can read as it is typed, and the masked text of the others."""
    texts = [cell.parsed for cell in map(read_cell, cells) if cell.tree and cell.tree.body]
    start = time.perf_counter()
    for text in texts:
        ast.parse(text)
    return time.perf_counter() - start


def read(cells: list[str]) -> tuple[float, int]:
    """Seconds to read the cells one after another, and the number of references in them."""
    bindings, found = Bindings(), 0
    start = time.perf_counter()
    for text in cells:
        found += len(find_references(read_cell(text), bindings))
    return time.perf_counter() - start, found


def main() -> None:
    print(f"{'cells':>7} {'ast.parse':>10} {'reading':>10} {'ratio':>6} {'per cell':>10} {'references':>11}")
    ratios = []
    for size in (100, 1_000, 3_000, 10_000):
        cells = notebook(size)
        runs = [(parse(cells), *read(cells)) for _ in range(5 if size < 5_000 else 3)]
        ratio = statistics.median(reading / parsing for parsing, reading, _ in runs)
        parsing, reading = min(run[0] for run in runs), min(run[1] for run in runs)
        ratios.append(ratio)
        each = f"{reading / size * 1e6:.0f} µs"
        print(f"{size:>7} {parsing:>9.3f}s {reading:>9.3f}s {ratio:>6.2f} {each:>10} {runs[0][2]:>11}")
    print(f"at most {AT_MOST}: {'yes' if max(ratios) <= AT_MOST else 'no'}")


if __name__ == "__main__":
    main()

"""What reading and checking cells costs, compared with ``ast.parse`` of the same cells.

Two kinds of notebook: ``ordinary`` ones load data, plot, build and train, as published notebooks do; ``dense`` ones
ask TensorFlow or Keras for something on every line.
"""

from __future__ import annotations

import ast
import random
from pathlib import Path
from time import process_time
from typing import Callable

from table import Row

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell
from kerasmagic.rules import RULES
from kerasmagic.source.bindings import Bindings
from kerasmagic.source.cell import read_cell
from kerasmagic.source.references import find_references

HERE = Path(__file__).parent
CORPORA = {"ordinary": HERE / "notebook_cells.txt", "dense": HERE.parent / "unit" / "realistic_cells.txt"}
SEPARATOR = "# " + "-" * 70 + "\n"
AT_MOST = 3.0
"""Times the cost of ast.parse, for a check of an ordinary notebook, the parsing included."""


def notebook(path: Path, size: int) -> list[str]:
    """``size`` cells, no two the same, with the imports again every fifty."""
    cells = path.read_text("utf-8").split(SEPARATOR)
    draw = random.Random(size)
    return [f"{cells[0] if not number % 50 else draw.choice(cells)}# {number}\n" for number in range(size)]


def parse(texts: list[str]) -> None:
    for text in texts:
        ast.parse(text)


def read(cells: list[str]) -> None:
    bindings = Bindings()
    for text in cells:
        find_references(read_cell(text), bindings)


def check(cells: list[str], world: TargetWorld) -> None:
    bindings = Bindings()
    for text in cells:
        check_cell(text, world, bindings, fixes=False)


def seconds(work: Callable[[], None], repeats: int) -> float:
    """Processor time, the best of some runs: the machine may be busy with other things, too."""
    times = []
    for _ in range(repeats):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def run() -> list[Row]:
    """For the table of all benchmarks: notebooks of a thousand cells."""
    world, rows = TargetWorld(Target.parse("tensorflow==2.16.2"), RULES), []
    for kind, path in CORPORA.items():
        cells = notebook(path, 1_000)
        texts = [cell.parsed for cell in map(read_cell, cells) if cell.tree is not None and cell.tree.body]
        parsing = seconds(lambda texts=texts: parse(texts), 3)  # type: ignore[misc]
        checking = seconds(lambda cells=cells: check(cells, world), 3)  # type: ignore[misc]
        at_most = AT_MOST * parsing * 1e3 if kind == "ordinary" else None
        rows.append(Row(f"check of 1,000 {kind} cells", checking * 1e3, "ms", "ast.parse", parsing * 1e3, at_most))
    return rows


def main() -> None:
    world = TargetWorld(Target.parse("tensorflow==2.16.2"), RULES)
    print(f"{'notebook':>9} {'cells':>7} {'ast.parse':>10} {'a cell':>8} {'reading':>8} {'checking':>9}")
    worst = 0.0
    for kind, path in CORPORA.items():
        for size in (100, 1_000, 10_000):
            cells, repeats = notebook(path, size), 5 if size < 5_000 else 2
            read_cells = map(read_cell, cells)
            texts = [cell.parsed for cell in read_cells if cell.tree is not None and cell.tree.body]
            parsing = seconds(lambda texts=texts: parse(texts), repeats)  # type: ignore[misc]
            reading = seconds(lambda cells=cells: read(cells), repeats)  # type: ignore[misc]
            checking = seconds(lambda cells=cells: check(cells, world), repeats)  # type: ignore[misc]
            each = f"{parsing / size * 1e6:.0f} µs"
            print(
                f"{kind:>9} {size:>7} {parsing:>9.3f}s {each:>8} {reading / parsing:>7.2f}x {checking / parsing:>8.2f}x"
            )
            if kind == "ordinary":
                worst = max(worst, checking / parsing)
    print(f"at most {AT_MOST} for an ordinary notebook: {'yes' if worst <= AT_MOST else 'no'}")


if __name__ == "__main__":
    main()

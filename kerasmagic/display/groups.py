"""Problems that say the same are told once, with all the places where it is so."""

from __future__ import annotations

from typing import Any, Iterable, List, Mapping, Sequence

ProblemData = Mapping[str, Any]
Group = List[ProblemData]

MOST_PLACES = 6


def grouped(problems: Iterable[ProblemData]) -> list[Group]:
    """Problems with the same title together, in the order of their first places; those that only follow are left out.

    The names of one import often fail in the same words, and so does one missing package in every cell.
    """
    found: dict[tuple[str, str], Group] = {}
    for problem in problems:
        if not problem["follows"]:
            found.setdefault((problem["rule"], problem["title"]), []).append(problem)
    return list(found.values())


def places(problems: Sequence[ProblemData]) -> str:
    """ "line 3", "lines 3, 7", "cell 2 line 5", "in 14 cells: 2, 5, 8, 9, 12, 13 and 8 more"; empty for no place."""
    cells = list(dict.fromkeys(problem["cell"] for problem in problems if problem.get("cell")))
    found = list(dict.fromkeys(place(problem) for problem in problems))
    if len(cells) > 1 and len(found) > 2:
        return f"in {len(cells)} cells: {_few([str(cell) for cell in cells])}"
    if cells:
        return ", ".join(filter(None, found[:MOST_PLACES]))
    lines = list(dict.fromkeys(str(problem["range"]["line"]) for problem in problems if problem["range"]))
    return f"line{'s' if len(lines) > 1 else ''} {_few(lines)}" if lines else ""


def place(problem: ProblemData) -> str:
    """ "cell 3 line 2"."""
    cell = f"cell {problem['cell']}" if problem.get("cell") else ""
    line = f"line {problem['range']['line']}" if problem["range"] else ""
    return " ".join(filter(None, (cell, line)))


def following(problems: Sequence[ProblemData]) -> str:
    """ "2 more lines use a name that a failing import did not bind"; empty where there are none."""
    count = len({place(problem) for problem in problems if problem["follows"]})
    if not count:
        return ""
    return f"{count} more {'line uses' if count == 1 else 'lines use'} a name that a failing import did not bind"


def _few(words: Sequence[str]) -> str:
    more = len(words) - MOST_PLACES
    return ", ".join(words[:MOST_PLACES]) + (f" and {more} more" if more > 0 else "")

"""A file across releases: where it works, and what breaks where."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple, Sequence

from .trouble import UNREADABLE


class Break(NamedTuple):
    """One thing that fails in some of the targets."""

    problem: Mapping[str, Any]
    """As the last of these targets has it."""
    fails: tuple[int, ...]
    """The positions of these targets in the list of targets."""
    edits: int
    """For how many of them there is a verified edit."""
    hidden: tuple[int, ...] = ()
    """The positions of targets in which it can't be seen: there the import of what it is about fails."""


def breaks(report: Mapping[str, Any]) -> list[Break]:
    """What fails somewhere, in the order of the file; not the uses of what a failing import did not bind."""
    found: dict[tuple[Any, ...], list[tuple[int, Mapping[str, Any]]]] = {}
    for index, part in enumerate(report["targets"]):
        for problem in part["problems"]:
            if problem["severity"] == "error" and not problem["follows"]:
                found.setdefault(_identity(problem), []).append((index, problem))
    ordered = sorted(found.items(), key=lambda item: item[0][:3])
    result = []
    for _, cases in ordered:
        fails = tuple(sorted({index for index, _ in cases}))
        problem = cases[-1][1]
        hidden = tuple(
            index
            for index, part in enumerate(report["targets"])
            if index not in fails and _import_fails(problem["reference"], part)
        )
        result.append(Break(problem, fails, sum(has_edit(each) for _, each in cases), hidden))
    return result


def _import_fails(reference: str, part: Mapping[str, Any]) -> bool:
    """Whether what a problem is about has not even been imported in a target."""
    return any(
        reference.startswith((f"{problem['reference']}.", f"{problem['reference']}("))
        for problem in part["problems"]
        if problem["severity"] == "error" and problem["reference"]
    )


def unread(report: Mapping[str, Any]) -> str | None:
    """Why a file couldn't be read at all, in one sentence."""
    problems = report["targets"][0]["problems"]
    return next((problem["title"] for problem in problems if problem["rule"] == UNREADABLE.code), None)


def works(report: Mapping[str, Any]) -> tuple[int, ...]:
    """The positions of the targets in which nothing fails."""
    return tuple(index for index, part in enumerate(report["targets"]) if not part["errors"])


def has_edit(problem: Mapping[str, Any]) -> bool:
    """Whether a verified edit solves the problem."""
    return any(fix["kind"] == "edit" and fix["verified"] for fix in problem["fixes"])


def _identity(problem: Mapping[str, Any]) -> tuple[Any, ...]:
    place = problem["range"] or {"line": 0, "column": 0}
    return problem["cell"] or 0, place["line"], place["column"], problem["reference"], problem["rule"]


def labels(parts: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """A short name for each target: TensorFlow's minor release where that tells them apart, else the whole name."""
    minors = tuple(".".join(part.get("releases", {}).get("tensorflow", "").split(".")[:2]) for part in parts)
    if all(minors) and len(set(minors)) == len(minors):
        return minors
    return tuple(part["target"] for part in parts)


def are_releases(names: Sequence[str]) -> bool:
    """Whether these are releases in a row, of which "from … on" can be said."""
    return all(name.replace(".", "").isdigit() for name in names)


def span(positions: Sequence[int], names: Sequence[str]) -> str:
    """Some of the targets, in words: "2.4 to 2.15", "up to 2.3, from 2.16 on"."""
    if not are_releases(names):
        return ", ".join(names[position] for position in positions)
    return ", ".join(_run(start, end, names) for start, end in _runs(positions))


def _runs(positions: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for position in positions:
        if runs and runs[-1][1] == position - 1:
            runs[-1] = (runs[-1][0], position)
        else:
            runs.append((position, position))
    return runs


def _run(start: int, end: int, names: Sequence[str]) -> str:
    if start == end:
        return names[start]
    return f"{names[start]} to {names[end]}"

"""What a check says about a file, as plain data: it travels between processes, and it is the JSON that users see.

A report is ``{"file": …, "targets": [{"target": …, "releases": {…}, "problems": […], "errors": 0, "warnings": 0,
"information": 0}, …]}``; across all releases also ``"last_image"``, the newest of Colab's on which nothing is known to
fail, where it fails on today's (:mod:`kerasmagic.files.past`).
Each problem has what :class:`~kerasmagic.diagnosis.model.problem.Problem` has, and besides:

- ``file``: the path as it was given;
- ``cell``: 1 for the first cell of a notebook, markdown cells counted; null in a script, or where no cell is meant;
- ``range``: where, in the cell as typed (in a script: in the file); 1-based lines, 0-based columns;
- ``file_range``: the same place in the text of the file, for tools that show a file as text.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Sequence

from .. import __version__
from ..catalog.target import Target
from ..diagnosis.model.problem import ERROR, INFO, WARNING, Problem
from ..source.position import Range
from .document import Document

COUNTS = {"errors": ERROR, "warnings": WARNING, "information": INFO}


def target_report(
    file: str, document: Document | None, target: Target, findings: Iterable[tuple[int | None, Problem]]
) -> dict[str, Any]:
    """The part of a report that is about one target."""
    problems = [problem_data(file, document, cell, problem) for cell, problem in findings]
    return {"target": target.name, "releases": dict(target.releases), "problems": problems, **counts(problems)}


def problem_data(file: str, document: Document | None, cell: int | None, problem: Problem) -> dict[str, Any]:
    place = file_range(document, cell, problem.range) if document and problem.range else None
    return {"file": file, "cell": cell, **problem.to_dict(), "file_range": place.to_dict() if place else None}


def file_range(document: Document, cell: int | None, range_: Range) -> Range:
    if not document.is_notebook:
        return range_
    start = document.place(cell, range_.line, range_.column)
    end = document.place(cell, range_.end_line, range_.end_column)
    return Range(*start, *end)


def counts(problems: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {name: sum(problem["severity"] == severity for problem in problems) for name, severity in COUNTS.items()}


def public(report: Mapping[str, Any]) -> dict[str, Any]:
    """A report as users see it: with one target, what is said about it stands at the top."""
    head = {"kind": "check", "kerasmagic": __version__}
    rest = {key: value for key, value in report.items() if key != "targets"}
    if len(report["targets"]) == 1:
        return {**head, **rest, **report["targets"][0]}
    return {**head, **rest, "targets": report["targets"]}


def merged(reports: Sequence[Mapping[str, Any]], target_names: Sequence[str], notes: Sequence[str]) -> dict[str, Any]:
    """The reports of several files as one object."""
    targets = []
    for index, name in enumerate(target_names):
        problems = [problem for report in reports for problem in report["targets"][index]["problems"]]
        targets.append({"target": name, "problems": problems, **counts(problems)})
    edits = {report["file"]: report["diff"] for report in reports if report.get("diff")}
    extra: dict[str, Any] = {"edits": edits} if edits else {}
    images = {report["file"]: report["last_image"] for report in reports if report.get("last_image")}
    extra.update({"last_images": images} if images else {})
    return public({"files": len(reports), "notes": list(notes), **extra, "targets": targets})

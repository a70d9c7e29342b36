"""The problems of files as SARIF 2.1.0, which code scanning services and editors read."""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import Any, Iterable, Mapping, Sequence
from urllib.parse import quote

from .. import __version__
from ..diagnosis.model.rule import Rule
from .file_text import fix_lines

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif_log(reports: Iterable[Mapping[str, Any]], rules: Sequence[Rule]) -> dict[str, Any]:
    """One run. In a notebook a region is that in the text of the file; the cell is among the properties."""
    indices = {rule.code: index for index, rule in enumerate(rules)}
    driver = {"name": "kerasmagic", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    results = [
        _result(problem, part["target"], indices)
        for report in reports
        for part in report["targets"]
        for problem in part["problems"]
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    lesson = rule.lesson
    text = f"{lesson.what} {lesson.why}".strip()
    examples = [f"Instead of\n\n```python\n{lesson.before}\n```"] if lesson.before else []
    examples += [f"write\n\n```python\n{lesson.after}\n```"] if lesson.after else []
    return {
        "id": rule.code,
        "name": rule.name.title().replace(" ", ""),
        "shortDescription": {"text": rule.name},
        "fullDescription": {"text": lesson.what or rule.name},
        "help": {"text": text or rule.name, "markdown": "\n\n".join([text or rule.name, *examples])},
    }


def _result(problem: Mapping[str, Any], target: str, indices: Mapping[str, int]) -> dict[str, Any]:
    lines = [problem["title"], problem["cause"], *(fix_lines(problem["fixes"][0]) if problem["fixes"] else [])]
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(os.fsencode(PurePath(problem["file"]).as_posix()))}}
    place = problem["file_range"]
    if place:
        location["region"] = {
            "startLine": place["line"],
            "startColumn": place["column"] + 1,
            "endLine": place["end_line"],
            "endColumn": place["end_column"] + 1,
        }
    result = {
        "ruleId": problem["rule"],
        "level": _LEVELS[problem["severity"]],
        "message": {"text": "\n".join(filter(None, lines))},
        "locations": [{"physicalLocation": location}],
        "properties": {"cell": problem["cell"], "target": target, "reference": problem["reference"]},
    }
    if problem["rule"] in indices:
        result["ruleIndex"] = indices[problem["rule"]]
    return result

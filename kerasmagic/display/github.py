"""The problems of files as workflow commands, which GitHub shows beside the lines of a pull request."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Mapping

from .file_text import fix_lines
from .markup import plain

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def commands(report: Mapping[str, Any]) -> str:
    """One command a line. In a notebook the place is that in the text of the file, for GitHub shows it as text."""
    several = len(report["targets"]) > 1
    return "".join(
        command(problem, part["target"] if several else "")
        for part in report["targets"]
        for problem in part["problems"]
    )


def command(problem: Mapping[str, Any], target: str = "") -> str:
    properties: dict[str, Any] = {"file": PurePath(problem["file"]).as_posix()}
    place = problem["file_range"]
    if place:
        properties.update(line=place["line"], endLine=place["end_line"], col=place["column"] + 1)
        if place["line"] == place["end_line"]:
            properties["endColumn"] = place["end_column"] + 1
    cell = f" in cell {problem['cell']}" if problem["cell"] else ""
    properties["title"] = f"kerasmagic {problem['rule']}{cell}"
    lines = [plain(problem["title"]) + (f" ({target})" if target else ""), plain(problem["cause"])]
    lines += fix_lines(problem["fixes"][0]) if problem["fixes"] else []
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_LEVELS[problem['severity']]} {listed}::{_data(chr(10).join(filter(None, lines)))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

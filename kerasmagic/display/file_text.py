"""The problems of files as lines for a terminal."""

from __future__ import annotations

import textwrap
from typing import Any, Mapping

from .markup import plain

WIDTH = 110


def problems_text(report: Mapping[str, Any]) -> str:
    """What is wrong with a file for one target: a line that editors can jump to, why, and the code to use."""
    problems = report["targets"][0]["problems"]
    blocks = [problem_text(problem) for problem in problems if not problem["follows"]]
    uses = len(problems) - len(blocks)
    if uses:
        blocks.append(f"and {count_text(uses, 'use')} of what a failing import should have bound")
    return "\n".join(blocks) + "\n" if blocks else ""


def problem_text(problem: Mapping[str, Any]) -> str:
    lines = [f"{place_text(problem)}: {problem['severity']} {problem['rule']}: {plain(problem['title'])}"]
    if problem["cause"]:
        lines += textwrap.wrap(plain(problem["cause"]), WIDTH, initial_indent="    ", subsequent_indent="    ")
    if problem["fixes"]:
        lines += [f"    {line}" for line in fix_lines(problem["fixes"][0])]
    return "\n".join(lines)


def place_text(problem: Mapping[str, Any]) -> str:
    """``week1.ipynb:cell 3:2:5``, columns counted from 1 as editors do."""
    cell = f":cell {problem['cell']}" if problem["cell"] else ""
    range_ = problem["range"]
    return file_name(problem["file"]) + cell + (f":{range_['line']}:{range_['column'] + 1}" if range_ else "")


def file_name(path: str) -> str:
    """A path on one line, whatever is in it."""
    return plain(path).replace("\n", "\\n").replace("\t", "\\t")


def fix_lines(fix: Mapping[str, Any]) -> list[str]:
    """The best way out: its code where there is some, else what to do."""
    code = plain(fix["replacement"]) if fix["kind"] == "edit" else "\n".join(map(plain, fix["commands"]))
    if not code:
        return [f"help: {plain(fix['title'])}"]
    verb = "use" if fix["kind"] == "edit" else "run"
    lines = code.splitlines()
    return [f"{verb}: {lines[0]}", *(" " * (len(verb) + 2) + line for line in lines[1:])]


def count_text(number: int, thing: str) -> str:
    """ "1 error", "2 errors", "no errors"."""
    return f"{number or 'no'} {thing}{'' if number == 1 else 's'}"

"""The problems of files as lines for a terminal."""

from __future__ import annotations

import textwrap
from typing import Any, Mapping, Sequence

from ..diagnosis.model.problem import BLANK, CHECK
from .groups import following, grouped, place, places
from .markup import plain

WIDTH = 110
MOST_FIXES = 3
"""Of a problem that is in many places, so many corrections are shown."""


def problems_text(report: Mapping[str, Any]) -> str:
    """What is wrong with a file for one target: a line that editors can jump to, why, and the code to use."""
    problems = report["targets"][0]["problems"]
    blocks = [group_text(group) for group in grouped(problems)]
    if following(problems):
        blocks.append(f"{file_name(report['file'])}: {following(problems)}")
    return "\n".join(blocks) + "\n" if blocks else ""


def group_text(group: Sequence[Mapping[str, Any]]) -> str:
    """Problems in the same words: the first with its place, then where else it is so, and the code to use."""
    first = group[0]
    lines = [f"{place_text(first)}: {first['severity']} {first['rule']}: {plain(first['title'])}"]
    others = [problem for problem in group[1:] if place(problem) != place(first)]
    if others:
        lines.append(f"    also {places(others)}")
    if first["cause"]:
        lines += textwrap.wrap(plain(first["cause"]), WIDTH, initial_indent="    ", subsequent_indent="    ")
    codes = dict.fromkeys("\n".join(fix_lines(each["fixes"][0])) for each in group if each["fixes"])
    for code in list(codes)[:MOST_FIXES]:
        lines += [f"    {line}" for line in code.splitlines()]
    if len(codes) > MOST_FIXES:
        lines.append(f"    … and {len(codes) - MOST_FIXES} more like these (--diff shows all)")
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
    return [f"{verb}: {lines[0]}", *(" " * (len(verb) + 2) + line for line in lines[1:]), *_remark(fix)]


def _remark(fix: Mapping[str, Any]) -> list[str]:
    """What a person has to look at in a correction, or to fill in: nobody takes it without having read that."""
    verb = {CHECK: "check", BLANK: "then"}.get(fix["applicability"])
    if verb is None or not fix["differs"]:
        return []
    return textwrap.wrap(f"{verb}: {plain(fix['differs'])}", WIDTH, subsequent_indent=" " * (len(verb) + 2))


def count_text(number: int, thing: str) -> str:
    """ "1 error", "2 errors", "no errors"."""
    return f"{number or 'no'} {thing}{'' if number == 1 else 's'}"

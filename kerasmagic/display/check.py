"""Draws what a check of a cell found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Sequence, Tuple

from . import markup
from .diagnosis import certainty, fix_code, fix_html, problem_title
from .groups import following, grouped, places
from .result import Result

if TYPE_CHECKING:
    from ..diagnosis.model.problem import Problem

Findings = Sequence[Tuple[str, Sequence["Problem"]]]

_APPLIES = "%keras_fix puts the corrected cell, with these edits, into the next cell."


def check_result(findings: Findings, cell: str = "", correctable: bool = False) -> Result:
    """What ``%%keras_check`` shows.

    Arguments:
        findings: for each target its name and the problems of the cell there.
        cell: the cell as typed, so that what changes in it can be shown.
        correctable: ``%keras_fix`` has edits to apply.
    """
    data: dict[str, Any] = {
        "targets": [
            {"target": name, "counts": _counts(problems), "problems": [problem.to_dict() for problem in problems]}
            for name, problems in findings
        ]
    }
    several = len(findings) > 1
    if not several:
        name, problems = findings[0]
        data.update(target=name, counts=_counts(problems), problems=[problem.to_dict() for problem in problems])
    title = _title(findings)
    body = "".join(_target_html(name, problems, cell, several) for name, problems in findings if problems)
    lines = [title, *(line for name, problems in findings for line in _target_text(name, problems, cell, several))]
    if correctable and not several:
        body += markup.paragraph(markup.prose(_APPLIES), muted=True)
        lines.append(_APPLIES)
    clean = not any(problems for _, problems in findings)
    html = markup.card(markup.prose(title), body, "kerasmagic: check", clean)
    return Result("check", data, "\n".join(lines), html)


def _counts(problems: Sequence[Problem]) -> dict[str, int]:
    counted = Counter(problem.severity for problem in problems)
    return {severity: counted[severity] for severity in ("error", "warning", "info")}


def _title(findings: Findings) -> str:
    if len(findings) == 1:
        name, problems = findings[0]
        return f"{_summary(problems)} in {name}"
    failing = sum(any(problem.severity == "error" for problem in problems) for _, problems in findings)
    count = len(findings)
    if not failing:
        return f"Works on {'both' if count == 2 else f'all {count}'} releases"
    if failing == count:
        return f"Fails on {'both' if count == 2 else f'all {count}'} releases"
    return f"Fails on {failing} of {count} releases"


def _summary(problems: Sequence[Problem]) -> str:
    words = {"error": "error", "warning": "warning", "info": "note"}
    counted = Counter(group[0].severity for group in _groups(problems))
    parts = [
        f"{counted[severity]} {word}{'s' if counted[severity] > 1 else ''}"
        for severity, word in words.items()
        if counted[severity]
    ]
    return ", ".join(parts) or "No problem found"


def _target_text(name: str, problems: Sequence[Problem], cell: str, several: bool) -> list[str]:
    if several:
        titles = [f"    {_where(group)}{group[0].title}" for group in _groups(problems)]
        return [f"{name}: {_summary(problems).lower()}", *titles]
    lines: list[str] = []
    for group in _groups(problems):
        lines.append(f"{_where(group)}{group[0].title}")
        for code in _codes(group, cell):
            lines += [f"    {line}" for line in code.splitlines()]
    return [*lines, *filter(None, [_uses(problems)])]


def _codes(group: Sequence[Problem], cell: str) -> list[str]:
    """What to type for these problems, or to do, each once."""
    fixes = [problem.fixes[0] for problem in group if problem.fixes]
    return list(dict.fromkeys(fix_code(fix, cell) or fix.title for fix in fixes))


def _target_html(name: str, problems: Sequence[Problem], cell: str, folded: bool) -> str:
    body = "".join(_group_html(group, cell) for group in _groups(problems))
    if _uses(problems):
        body += markup.paragraph(_uses(problems), muted=True)
    return markup.details(f"{markup.escape(name)}: {_summary(problems).lower()}", body) if folded else body


def _groups(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems in the same words together, each told once; with a failing import, its uses further down are solved."""
    positions = grouped({**problem.to_dict(), "position": index} for index, problem in enumerate(problems))
    return [[problems[data["position"]] for data in group] for group in positions]


def _group_html(group: Sequence[Problem], cell: str) -> str:
    first = group[0]
    parts = [markup.paragraph(f"{markup.escape(_where(group))}<b>{problem_title(first)}</b>")]
    shown = dict.fromkeys(fix_html(problem.fixes[0], cell) for problem in group if problem.fixes)
    parts += shown
    sure = dict.fromkeys(certainty(problem.fixes[0]) for problem in group if problem.fixes)
    parts += [markup.paragraph(markup.prose(words), muted=True) for words in list(sure)[:1] if words]
    if first.cause:
        parts.append(markup.details("Why", markup.paragraph(markup.prose(first.cause))))
    return "".join(parts)


def _where(group: Sequence[Problem]) -> str:
    words = places([problem.to_dict() for problem in group])
    return f"{words}: " if words else ""


def _uses(problems: Sequence[Problem]) -> str:
    return following([problem.to_dict() for problem in problems])

"""Draws what a check of a cell found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Sequence, Tuple

from . import markup
from .diagnosis import certainty, fix_code, problem_title
from .result import Result

if TYPE_CHECKING:
    from ..diagnosis.model.problem import Problem

Findings = Sequence[Tuple[str, Sequence["Problem"]]]


def check_result(findings: Findings) -> Result:
    """What ``%%keras_check`` shows.

    Arguments:
        findings: for each target its name and the problems of the cell there.
    """
    data: dict[str, Any] = {
        "targets": [
            {"target": name, "counts": _counts(problems), "problems": [problem.to_dict() for problem in problems]}
            for name, problems in findings
        ]
    }
    if len(findings) == 1:
        name, problems = findings[0]
        data.update(target=name, counts=_counts(problems), problems=[problem.to_dict() for problem in problems])
    title = _title(findings)
    body = "".join(_target_html(name, problems, folded=len(findings) > 1) for name, problems in findings if problems)
    text = "\n".join([title, *(line for name, problems in findings for line in _target_text(name, problems, findings))])
    return Result("check", data, text, markup.card(markup.escape(title), body, "kerasmagic: check"))


def _counts(problems: Sequence[Problem]) -> dict[str, int]:
    counted = Counter(problem.severity for problem in problems)
    return {severity: counted[severity] for severity in ("error", "warning", "info")}


def _title(findings: Findings) -> str:
    if len(findings) == 1:
        name, problems = findings[0]
        return f"{_summary(problems)} in {name}"
    clean = sum(not problems for _, problems in findings)
    return f"Checked against {len(findings)} releases: no problem in {clean}"


def _summary(problems: Sequence[Problem]) -> str:
    words = {"error": "error", "warning": "warning", "info": "note"}
    parts = [
        f"{count} {words[severity]}{'s' if count > 1 else ''}"
        for severity, count in _counts(_own(problems)).items()
        if count
    ]
    return ", ".join(parts) or "No problem found"


def _target_text(name: str, problems: Sequence[Problem], findings: Findings) -> list[str]:
    if len(findings) > 1:
        titles = [f"    {_where(problem)}{problem.title}" for problem in _own(problems)]
        return [f"{name}: {_summary(problems).lower()}", *titles]
    lines: list[str] = []
    for problem in _own(problems):
        lines.append(f"{_where(problem)}{problem.title}")
        if problem.fixes:
            fix = problem.fixes[0]
            lines += [f"    {line}" for line in (fix_code(fix) or fix.title).splitlines()]
    return [*lines, _uses(problems)] if _uses(problems) else lines


def _target_html(name: str, problems: Sequence[Problem], folded: bool) -> str:
    body = "".join(_problem_html(problem) for problem in _own(problems))
    if _uses(problems):
        body += markup.paragraph(_uses(problems), muted=True)
    return markup.details(f"{markup.escape(name)}: {_summary(problems).lower()}", body) if folded else body


def _own(problems: Sequence[Problem]) -> list[Problem]:
    """The problems to solve, each told once; with a failing import, its uses further down are solved."""
    told: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        if not problem.follows:
            told.setdefault((_where(problem), problem.title), problem)
    return list(told.values())


def _uses(problems: Sequence[Problem]) -> str:
    count = sum(bool(problem.follows) for problem in problems)
    return f"and {count} {'use' if count == 1 else 'uses'} of what a failing import should have bound" if count else ""


def _problem_html(problem: Problem) -> str:
    parts = [markup.paragraph(f"{markup.escape(_where(problem))}<b>{problem_title(problem)}</b>")]
    if problem.fixes:
        fix = problem.fixes[0]
        parts.append(markup.code(fix_code(fix)) if fix_code(fix) else markup.paragraph(markup.escape(fix.title)))
        if certainty(fix):
            parts.append(markup.paragraph(markup.escape(certainty(fix)), muted=True))
    if problem.cause:
        parts.append(markup.details("Why", markup.paragraph(markup.escape(problem.cause))))
    return "".join(parts)


def _where(problem: Problem) -> str:
    return f"line {problem.range.line}: " if problem.range else ""

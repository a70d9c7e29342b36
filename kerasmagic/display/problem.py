"""A problem in a list of them, above the facts of a kernel or of a file: what is wrong, why, and all ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from . import markup

if TYPE_CHECKING:
    from ..diagnosis.model.problem import Problem

_WORDS = {"error": "Error", "warning": "Warning", "info": "Note"}


def problem_lines(problem: Problem) -> Iterator[str]:
    yield f"{_WORDS[problem.severity]} {markup.plain(problem.rule)}: {markup.plain(problem.title)}"
    if problem.cause:
        yield f"  {markup.plain(problem.cause)}"
    for fix in problem.fixes:
        yield f"  Fix: {markup.plain(fix.title)}"
        yield from (f"    {markup.plain(command)}" for command in fix.commands)


def problem_html(problem: Problem) -> str:
    title = f"<strong>{_WORDS[problem.severity]} {markup.escape(problem.rule)}:</strong> {markup.prose(problem.title)}"
    body = markup.paragraph(title)
    if problem.cause:
        body += markup.paragraph(markup.prose(problem.cause), muted=True)
    for fix in problem.fixes:
        body += markup.paragraph(f"Fix: {markup.prose(fix.title)}")
        if fix.commands:
            body += markup.code("\n".join(fix.commands))
    return body

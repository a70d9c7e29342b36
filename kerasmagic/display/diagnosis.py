"""Draws problems, as they are shown below a traceback: in six lines what is wrong, the code to use, why, and how that
is known; the rest unfolds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Sequence

from . import markup
from .result import Result

if TYPE_CHECKING:
    from ..diagnosis.problem import Fix, Problem

_WORDS = {"error": "Problem", "warning": "Warning", "info": "Note"}
_CERTAINTY = {True: "Verified", False: "Tried, and it fails", None: "Not verified"}


def diagnosis_result(problems: Sequence[Problem]) -> Result:
    """What the watcher shows: the first problem, with the others folded.

    Arguments:
        problems: at least one, the most important first.
    """
    data = {"problems": [problem.to_dict() for problem in problems]}
    first, others = problems[0], problems[1:]
    label = f"kerasmagic: {_WORDS[first.severity].lower()}"
    unfolded = "".join(f"{_others_title(other)}{_problem_html(other)}" for other in others)
    html = markup.card(problem_title(first), _problem_html(first) + unfolded, label)
    return Result("diagnosis", data, "\n".join(_problem_text(first)), html)


def problem_title(problem: Problem) -> str:
    """The headline of a problem, as markup."""
    return f"{_WORDS[problem.severity]}: {markup.escape(problem.title)}"


def fix_code(fix: Fix) -> str:
    """What to type for a fix: the lines to run, or the part of the cell that changes."""
    return "\n".join(fix.commands) or fix.replacement or fix.source or ""


def certainty(fix: Fix) -> str:
    """How sure a fix is, and why: "Verified: keras.layers.Dense is in the loaded keras 3.13.2"."""
    if fix.verified is None:
        return fix.evidence
    return f"{_CERTAINTY[fix.verified]}: {fix.evidence}" if fix.evidence else f"{_CERTAINTY[fix.verified]}."


def next_step(fixes: Sequence[Fix]) -> str:
    """What ``%keras_fix`` does about it."""
    if not fixes or not (fixes[0].source or fixes[0].commands):
        return ""
    others = len(fixes) - 1
    more = f" ({others} other way{'s' if others > 1 else ''} out below)" if others else ""
    what = "corrected cell" if fixes[0].source else "line to run"
    return f"%keras_fix puts the {what} into the next cell{more}"


def _problem_text(problem: Problem) -> Iterator[str]:
    yield f"{_WORDS[problem.severity]}: {markup.plain(problem.title)}"
    fix = _best(problem)
    if fix:
        code = fix_code(fix)
        yield from (f"    {line}" for line in markup.plain(code or fix.title).splitlines())
    if problem.cause:
        yield _one_line(problem.cause)
    if fix and certainty(fix):
        yield _one_line(certainty(fix))
    if next_step(problem.fixes):
        yield next_step(problem.fixes[:1])


def _problem_html(problem: Problem) -> str:
    parts: list[str] = []
    fix = _best(problem)
    if fix:
        parts.append(markup.code(fix_code(fix)) if fix_code(fix) else markup.paragraph(markup.escape(fix.title)))
    if problem.cause:
        parts.append(markup.paragraph(markup.escape(problem.cause)))
    if fix and certainty(fix):
        parts.append(markup.paragraph(markup.escape(certainty(fix)), muted=True))
    if next_step(problem.fixes):
        parts.append(markup.paragraph(_with_magic(next_step(problem.fixes)), muted=True))
    if len(problem.fixes) > 1:
        others = "".join(_fix_html(other) for other in problem.fixes[1:])
        parts.append(markup.details("Other ways out", others))
    return "".join(parts)


def _fix_html(fix: Fix) -> str:
    parts = [markup.paragraph(markup.escape(fix.title))]
    if fix_code(fix):
        parts.append(markup.code(fix_code(fix)))
    if certainty(fix):
        parts.append(markup.paragraph(markup.escape(certainty(fix)), muted=True))
    return "".join(parts)


def _others_title(problem: Problem) -> str:
    return markup.paragraph(f"<b>{problem_title(problem)}</b>")


def _best(problem: Problem) -> Fix | None:
    return problem.fixes[0] if problem.fixes else None


def _with_magic(text: str) -> str:
    return markup.escape(text).replace("%keras_fix", markup.inline_code("%keras_fix"), 1)


def _one_line(text: str) -> str:
    return " ".join(markup.plain(text).split())

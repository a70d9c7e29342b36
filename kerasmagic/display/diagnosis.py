"""Draws problems, as they are shown below a traceback: in six lines what is wrong, the code to use, why, and how that
is known; the rest unfolds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, Sequence

from ..diagnosis.model.problem import BLANK, CHECK, VERIFIED
from . import markup
from .changes import changes_html, corrected_lines
from .result import Result

if TYPE_CHECKING:
    from ..catalog.history import Span
    from ..diagnosis.model.problem import Fix, Problem

_WORDS = {"error": "Problem", "warning": "Warning", "info": "Note"}
_UNSURE = {CHECK: "Check the result.", BLANK: "Fill in what is missing."}
# Lines between the first, what is wrong, and the last, how to go on.
_ROOM = 4
# What the exception says stands in the traceback already, just above.
_ECHO = re.compile(r"^\w+Error: .*?'\.( |$)")


def diagnosis_result(problems: Sequence[Problem], spans: Sequence[Span] = (), cell: str = "") -> Result:
    """What the watcher shows: the first problem, with the others folded.

    Arguments:
        problems: at least one, the most important first.
        spans: the releases that have what the first problem is about (``catalog.history.spans``).
        cell: the cell as typed, so that what changes in it can be shown.
    """
    data = {"problems": [problem.to_dict() for problem in problems]}
    first, others = problems[0], problems[1:]
    label = f"kerasmagic: {_WORDS[first.severity].lower()}"
    why = _ECHO.sub("", first.cause) or _known_from(first.reference, spans)
    unfolded = "".join(f"{_others_title(other)}{_problem_html(other, other.cause, cell)}" for other in others)
    html = markup.card(problem_title(first), _problem_html(first, why, cell) + unfolded, label)
    return Result("diagnosis", data, "\n".join(_problem_text(first, why, cell)), html)


def _known_from(name: str, spans: Sequence[Span]) -> str:
    """ "keras.utils.np_utils was in keras 1.2.2 to 2.12.0."; nothing where no release is known to have it."""
    if not spans or "." not in name:  # of a package that is not installed, its releases say nothing
        return ""
    runs, product = [], ""
    for span in spans:
        until = " and newer" if span.current else "" if span.last == span.first else f" to {span.last}"
        runs.append(f"{'' if span.product == product else span.product + ' '}{span.first}{until}")
        product = span.product
    return f"{name} {'is' if spans[-1].current else 'was'} in {', '.join(runs)}."


def problem_title(problem: Problem) -> str:
    """The headline of a problem, as markup."""
    return f"{_WORDS[problem.severity]}: {markup.prose(problem.title)}"


def fix_code(fix: Fix, cell: str = "") -> str:
    """What to type for a fix: the lines to run, or the lines of the cell that change, whole."""
    before = fix.before or cell
    lines = corrected_lines(before, fix.source) if before and fix.source else ""
    if before and fix.source and not lines:
        return fix.replacement  # lines are only taken out: the title says it
    return "\n".join(fix.commands) or lines or fix.replacement or fix.source or ""


def fix_html(fix: Fix, cell: str = "") -> str:
    """The same as markup: what changes in the cell, or the lines to run, or what to do."""
    before = fix.before or cell
    if before and fix.source and fix.source != before:
        whole = markup.details("The whole corrected cell (a click selects it)", markup.code(fix.source))
        return changes_html(before, fix.source) + whole
    return markup.code(fix_code(fix)) if fix_code(fix) else markup.paragraph(markup.prose(fix.title))


def around(fix: Fix) -> str:
    """What has to be done with the lines of a setting, in a sentence that leads to them: run alone, in a kernel that
    has read the setting already, they do nothing."""
    return f"{fix.title.rstrip('.:')}:" if fix.commands and fix.kind in ("setting", "restart") else ""


def certainty(fix: Fix) -> str:
    """How sure a fix is, and why: "Checked: keras.layers.Dense is in the loaded keras 3.13.2". Lines to run stand there
    without their title, which may say that the kernel is to be restarted then."""
    if fix.applicability == VERIFIED:
        return f"Checked: {fix.evidence}" if fix.evidence else ""
    lead = _UNSURE.get(fix.applicability, "")
    when = "" if "estart the kernel" in fix.evidence or not fix.commands else _when(fix.title)
    return " ".join(filter(None, (when, lead if fix.differs else "", fix.differs, fix.evidence)))


def _when(title: str) -> str:
    if re.search(r"estart the kernel,? (?:and )?run this", title):
        return "Restart the kernel first."
    return "Restart the kernel then." if re.search(r"(?:then|and) restart the kernel", title) else ""


def next_step(problem: Problem, folded: bool) -> str:
    """Which magics go on from here.

    Arguments:
        folded: whether the other ways out are there to unfold.
    """
    explain = f"%keras_explain {problem.rule} tells more"
    fixes = problem.fixes
    if not fixes or not (fixes[0].source or fixes[0].commands):
        return f"{explain}."
    others = len(fixes) - 1 if folded else 0
    more = f" ({others} other way{'s' if others > 1 else ''} out below)" if others else ""
    if fixes[0].cell is not None:
        runs = "run it, then this cell again"
        return f"%keras_fix puts the corrected earlier cell into the next cell: {runs}{more}; {explain}."
    what = "corrected cell" if fixes[0].source else "line to run"
    return f"%keras_fix puts the {what} into the next cell{_restart(fixes[0])}{more}; {explain}."


def _restart(fix: Fix) -> str:
    """That an install takes effect in a new kernel only, where nothing else that is shown says so."""
    needed = fix.kind == "install" and "restart the kernel" in fix.title
    return "; then restart the kernel" if needed and "estart the kernel" not in fix.evidence else ""


def _problem_text(problem: Problem, why: str, cell: str) -> Iterator[str]:
    """At most six lines: of long code the first ones, and the reason only where there is room."""
    fix = _best(problem)
    code = markup.plain(fix_code(fix, cell) or fix.title).splitlines() if fix else []
    lead = [_one_line(around(fix))] if fix and around(fix) else []
    room = _ROOM - len(lead)
    after = [_one_line(text) for text in (why, certainty(fix) if fix else "") if text]
    if why and len(code) + len(after) > room:
        after.pop(0)
    if lead and len(code) + len(after) > room:  # what is to be run is shown whole
        after = []
    if len(code) + len(after) > room:
        code = _without_bodies(code)
    if len(code) + len(after) > room:
        code = _own_first(code, fix)
        code = [*code[: room - len(after) - 1], "…"]
    yield f"{_WORDS[problem.severity]}: {markup.plain(problem.title)}"
    yield from lead
    yield from (f"    {line}" for line in code)
    yield from after
    yield next_step(problem, folded=False)


def _without_bodies(code: Sequence[str]) -> list[str]:
    """Lines of code with the functions that they define in one line each: what uses them says more."""
    found: list[str] = []
    depth = -1  # of the function whose body is left out
    for line in code:
        indent = len(line) - len(line.lstrip())
        if depth >= 0 and (not line.strip() or indent > depth):
            continue
        depth = indent if line.lstrip().startswith("def ") and line.rstrip().endswith(":") else -1
        found.append(f"{line} …" if depth >= 0 else line)
    return found


def _own_first(code: list[str], fix: Fix | None) -> list[str]:
    """The lines that the fix itself is about, before those that it corrects besides."""
    own = [line.strip() for line in markup.plain(fix.replacement).splitlines()] if fix else []
    return sorted(code, key=lambda line: not any(part in line for part in own if part))


def _problem_html(problem: Problem, why: str, cell: str) -> str:
    parts: list[str] = []
    fix = _best(problem)
    if fix:
        parts.append(markup.paragraph(markup.prose(around(fix))) if around(fix) else "")
        parts.append(fix_html(fix, cell))
    if why:
        parts.append(markup.paragraph(markup.prose(why)))
    if fix and certainty(fix):
        parts.append(markup.paragraph(markup.prose(certainty(fix)), muted=True))
    parts.append(markup.paragraph(markup.prose(next_step(problem, folded=True)), muted=True))
    if len(problem.fixes) > 1:
        others = "".join(_other_html(number, other, cell) for number, other in enumerate(problem.fixes[1:], 2))
        parts.append(markup.details("Other ways out", others))
    return "".join(parts)


def _other_html(number: int, fix: Fix, cell: str) -> str:
    """Another way out, with the number by which ``%keras_fix`` takes it."""
    taken = f" ({markup.inline_code(f'%keras_fix {number}')})" if fix.source or fix.commands else ""
    parts = [markup.paragraph(f"{number}. {markup.prose(fix.title)}{taken}")]
    if fix.source or fix_code(fix):
        parts.append(fix_html(fix, cell))
    if certainty(fix):
        parts.append(markup.paragraph(markup.prose(certainty(fix)), muted=True))
    return "".join(parts)


def _others_title(problem: Problem) -> str:
    return markup.paragraph(f"<b>{problem_title(problem)}</b>")


def _best(problem: Problem) -> Fix | None:
    return problem.fixes[0] if problem.fixes else None


def _one_line(text: str) -> str:
    return " ".join(markup.plain(text).split())

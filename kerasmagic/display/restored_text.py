"""What became of restored programs, as lines for a terminal."""

from __future__ import annotations

import textwrap
from typing import Any, Iterable, Iterator, Mapping, Sequence

from .file_text import WIDTH, count_text, file_name, fix_lines
from .markup import plain
from .matrix import last_ran

_FAILURES = (
    ("A person must decide", ("keras",)),
    ("Left as it is, not about TensorFlow or Keras", ("package", "data", "input", "program")),
    ("Fails because of those", ("follows",)),
    ("Stopped", ("stopped",)),
)


def outcome_text(outcome: Mapping[str, Any]) -> str:
    """The report on one file: whether it runs, what was changed and why, and what a person must do."""
    return "\n".join(_lines(outcome)) + "\n"


def summary(outcomes: int, running: int) -> str:
    return f"Restored {count_text(outcomes, 'file')}: {running} of {outcomes} {'runs' if running == 1 else 'run'} now."


def session_text(changed: Sequence[int], left_out: Sequence[int], last_image: Mapping[str, Any] | None = None) -> str:
    """What ``%keras_fix --all`` did with the cells run so far."""
    if not changed:
        return "Nothing to correct in the cells run so far."
    lines = [f"The next cell has the program so far, corrected in {_inputs(changed)}. Nothing was run."]
    if left_out:
        verb = "begins" if len(left_out) == 1 else "begin"
        lines.append(f"Not in it: {_inputs(left_out)}, which {verb} with a magic for the whole cell.")
    if last_image:
        lines.append(f"As typed, it {last_ran({'last_image': last_image})}.")
    return "\n".join(lines)


def _inputs(numbers: Sequence[int]) -> str:
    return ", ".join(f"In [{number}]" for number in numbers)


def _lines(outcome: Mapping[str, Any]) -> Iterator[str]:
    name = file_name(outcome["file"])
    if outcome["trouble"]:
        yield f"{name}: {plain(outcome['trouble'])}"
        return
    yield f"{name}: {_verdict(outcome)}"
    yield f"  written: {file_name(outcome['output'])}"
    yield f"  ran in a kernel of {outcome['kernel']}"
    if outcome["last_image"]:
        yield f"  the original {last_ran(outcome)}"
    if not outcome["confirmed"]:
        yield "  It was corrected in its last run, too: that it runs from the top has not been seen."
    yield from _part("Changed", (_change(each) for each in outcome["changes"]))
    failed = [each for each in outcome["cells"] if each["error"]]
    for title, whose in _FAILURES:
        yield from _part(title, (_failure(each) for each in failed if each["whose"] in whose))
    waiting = [str(each["cell"]) for each in outcome["cells"] if each["status"] == "not run"]
    if waiting:
        yield f"  Not run: {'cells' if len(waiting) > 1 else 'cell'} {', '.join(waiting)}"
    skipped = [f"{_cell(each['cell'])}{plain(each['line'])}" for each in outcome["not_installed"]]
    yield from _part("Not run, as it would change what is installed", ([line] for line in skipped))
    yield from _part("Installed", ([plain(command)] for command in outcome["installed"]))
    told = {(each["cell"], problem["rule"]) for each in failed for problem in each["problems"]}
    left = [each for each in outcome["left"] if (each["cell"], each["rule"]) not in told and not each["follows"]]
    yield from _part("A check of it still says", (_left(each) for each in left))


def _verdict(outcome: Mapping[str, Any]) -> str:
    cells = outcome["cells"]
    ran = sum(each["status"] == "ran" for each in cells)
    if not outcome["runs"]:
        return f"does not run to the end: {ran} of {count_text(len(cells), 'cell')} ran"
    if not outcome["changes"] and not outcome["installed"]:
        return "runs as it is"
    return f"runs now, after {count_text(len(outcome['changes']), 'change')}"


def _part(title: str, entries: Iterable[list[str]]) -> Iterator[str]:
    for number, lines in enumerate(entries):
        if not number:
            yield f"  {title}:"
        for index, line in enumerate(lines):
            yield from textwrap.wrap(
                line, WIDTH, initial_indent="    " if index == 0 else "      ", subsequent_indent="      "
            )


def _change(change: Mapping[str, Any]) -> list[str]:
    known = ", ".join(filter(None, (change["rule"], change["grade"])))
    lines = [f"{_cell(change['cell'])}{plain(change['title'])} ({known})"]
    lines.append(f"why: {plain(change['problem'])}")
    if change["grade"] != "verified" and change["evidence"]:
        lines.append(f"to check: {plain(change['evidence'])}")
    return lines


def _failure(cell: Mapping[str, Any]) -> list[str]:
    line = f"line {cell['line']}: " if cell["line"] else ""
    lines = [f"{_cell(cell['cell'])}{line}{plain(cell['error'])}"]
    if cell["sentence"]:
        lines.append(plain(cell["sentence"]))
    for problem in cell["problems"]:
        lines.append(f"{problem['rule']}: {plain(problem['title'])}")
        lines += [line for fix in problem["fixes"] for line in fix_lines(fix)]
    return lines


def _left(problem: Mapping[str, Any]) -> list[str]:
    line = f"line {problem['range']['line']}: " if problem["range"] else ""
    told = f"{_cell(problem['cell'])}{line}{problem['severity']} {problem['rule']}: {plain(problem['title'])}"
    return [told] + (fix_lines(problem["fixes"][0]) if problem["fixes"] else [])


def _cell(cell: int | None) -> str:
    return "" if cell is None else f"cell {cell}: "

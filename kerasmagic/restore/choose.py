"""Which way out of a failure may be taken unasked, and the mark of an edit whose result a person must check."""

from __future__ import annotations

import ast
import difflib
import re
import textwrap
from typing import Any, Iterator, Mapping, NamedTuple, Sequence

from ..diagnosis.model.problem import CHECK, VERIFIED
from ..source.cell import read_cell
from ..source.nodes import first_line

_MARK = "# kerasmagic: check the result. "
_WIDTH = 100
_IMPORT = re.compile(r"\s*(?:import|from)\s|\s*$")


class Choice(NamedTuple):
    problem: Mapping[str, Any]
    fix: Mapping[str, Any]


def edits(problems: Sequence[Mapping[str, Any]], unsafe: bool) -> Iterator[Choice]:
    """The edits that may be applied, those that mean the same first."""
    for wanted in (VERIFIED, CHECK) if unsafe else (VERIFIED,):
        for problem in problems:
            for fix in problem["fixes"]:
                if fix["kind"] == "edit" and fix["source"] and fix["applicability"] == wanted:
                    yield Choice(problem, fix)


def to_check(fix: Mapping[str, Any]) -> str:
    """What a person must look at, in words."""
    return str(fix["differs"] or fix["evidence"] or fix["title"])


def installs(problems: Sequence[Mapping[str, Any]]) -> Iterator[Choice]:
    for problem in problems:
        for fix in problem["fixes"]:
            if fix["kind"] == "install" and fix["commands"] and fix["verified"] is not False:
                yield Choice(problem, fix)


def marked(old: str, new: str, words: str) -> str:
    """The new text of a cell, with a comment above each statement that an edit changed."""
    places = sorted({_statement_line(new, line) for line in _changed(old, new)}, reverse=True)
    text = new
    for place in places:
        text = _with_comment(text, place, words)
    return text


def _with_comment(text: str, place: int, words: str) -> str:
    lines = text.splitlines(keepends=True)
    for line in (place, 1):
        indent = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())] if lines else ""
        comment = textwrap.wrap(_MARK + words, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}# ")
        before = "".join(lines[: line - 1])
        if before.endswith("\n".join(comment) + "\n"):
            return text
        commented = before + "\n".join(comment) + "\n" + "".join(lines[line - 1 :])
        if _same_program(commented, text):
            return commented
    return text  # a cell whose magic must be its first line


def _changed(old: str, new: str) -> list[int]:
    """Where the code changes, as lines of the new text; imports that come with it are no place to look at."""
    old_lines, new_lines = old.splitlines(), new.splitlines()
    opcodes = difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes()
    parts = [range(j1, max(j1 + 1, j2)) for tag, _, _, j1, j2 in opcodes if tag != "equal"]
    lines = [line + 1 for part in parts for line in part if line < len(new_lines)]
    return [line for line in lines if not _IMPORT.match(new_lines[line - 1])] or lines[:1] or [len(new_lines) or 1]


def _statement_line(text: str, line: int) -> int:
    """The line on which the innermost statement around a line begins, or the line itself."""
    tree = read_cell(text).tree
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)] if tree else []
    around = [node for node in nodes if first_line(node) <= line <= (node.end_lineno or node.lineno)]
    return max(map(first_line, around), default=line)


def _same_program(one: str, other: str) -> bool:
    first, second = read_cell(one), read_cell(other)
    if first.tree is None or second.tree is None or first.magic != second.magic:
        return False
    return ast.dump(first.tree) == ast.dump(second.tree)

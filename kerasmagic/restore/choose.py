"""Which way out of a failure may be taken unasked, and the mark of an edit whose result a person must check."""

from __future__ import annotations

import ast
import textwrap
from typing import Any, Iterator, Mapping, NamedTuple, Sequence

from ..diagnosis.model.problem import CHECK, VERIFIED
from ..source.cell import read_cell

_MARK = "# kerasmagic: check the result. "
_WIDTH = 100


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
    """The new text of a cell, with a comment above the first statement that an edit changed."""
    line = _first_changed(old, new)
    for place in (_statement_line(new, line), 1):
        lines = new.splitlines(keepends=True)
        indent = lines[place - 1][: len(lines[place - 1]) - len(lines[place - 1].lstrip())] if lines else ""
        comment = textwrap.wrap(_MARK + words, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}# ")
        lines.insert(place - 1, "\n".join(comment) + "\n")
        text = "".join(lines)
        if _same_program(text, new):
            return text
    return new  # a cell whose magic must be its first line


def _first_changed(old: str, new: str) -> int:
    old_lines, new_lines = old.splitlines(), new.splitlines()
    same = 0
    while same < min(len(old_lines), len(new_lines)) and old_lines[same] == new_lines[same]:
        same += 1
    return min(same + 1, max(1, len(new_lines)))


def _statement_line(text: str, line: int) -> int:
    """The line on which the innermost statement around a line begins, or the next one after it."""
    tree = read_cell(text).tree
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)] if tree else []
    around = [node for node in nodes if _start(node) <= line <= (node.end_lineno or node.lineno)]
    return max(map(_start, around), default=line)


def _start(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _same_program(one: str, other: str) -> bool:
    first, second = read_cell(one), read_cell(other)
    if first.tree is None or second.tree is None or first.magic != second.magic:
        return False
    return ast.dump(first.tree) == ast.dump(second.tree)

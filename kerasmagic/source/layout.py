"""Where the parts of an import statement stand: ast does not say before Python 3.10, and never for all of them."""

from __future__ import annotations

import ast
import re
import sys
from typing import NamedTuple, Union

from .cell import Cell
from .position import Range

Import = Union[ast.Import, ast.ImportFrom]

_TOKEN = re.compile(r"#[^\r\n]*|\\(?:\r\n|\r|\n)|[^\W\d]\w*(?:[ \t]*\.[ \t]*[^\W\d]\w*)*|[.*(),;]|\r\n|\r|\n")


class Token(NamedTuple):
    """A word, a dotted name, a comment or a sign of an import statement."""

    text: str
    start: int
    end: int


def tokens(statement: str) -> list[Token]:
    return [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(statement)]


def alias_ranges(cell: Cell, node: Import) -> list[Range]:
    """The range of each imported name of a statement, without its ``as``."""
    if sys.version_info >= (3, 10) and not any(alias.asname for alias in node.names):
        return [cell.range(alias) for alias in node.names]
    where = cell.range(node)
    text = cell.segment(where)
    words = iter(token for token in tokens(text) if token.text[:1] not in "#\\(),;.\r\n")
    for word in words:
        if word.text == "import":
            break
    found: list[Range] = []
    for alias, word in zip(node.names, words):
        found.append(_range(text, where, word))
        if alias.asname:
            next(words, None)
            next(words, None)
    return found + [where] * (len(node.names) - len(found))


def _range(text: str, where: Range, token: Token) -> Range:
    """The range in the cell of a part of the statement's text."""
    if where.line == where.end_line:
        return Range(where.line, where.column + token.start, where.line, where.column + token.end)
    return Range(*place(text, where, token.start), *place(text, where, token.end))


_NEWLINE = re.compile(r"\r\n|\r|\n")


def place(text: str, where: Range, offset: int) -> tuple[int, int]:
    """The line and column in the cell of an offset in the text of a range."""
    breaks = [match.end() for match in _NEWLINE.finditer(text, 0, offset)]
    if not breaks:
        return where.line, where.column + offset
    return where.line + len(breaks), offset - breaks[-1]

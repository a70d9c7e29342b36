"""Whole lines put before or behind a statement of a cell."""

from __future__ import annotations

import ast
import re

from .cell import Cell
from .edits import Edit
from .position import Range


def statement_of(node: ast.AST, cell: Cell) -> ast.stmt | None:
    """The innermost statement that an expression stands in, if it has a line of its own."""
    statements = [each for each in cell.placed if isinstance(each, ast.stmt) and node in ast.walk(each)]
    inner = min(statements, key=lambda each: sum(1 for _ in ast.walk(each)), default=None)
    return None if inner is None or hasattr(inner, "body") else inner


def before(statement: ast.stmt, cell: Cell, *lines: str) -> list[Edit]:
    """Statements before another one; nothing where no line can stand there."""
    where = cell.range(statement)
    indent = cell.lines[where.line - 1][: where.column]
    if indent.strip():
        return []
    place = Range(where.line, where.column, where.line, where.column)
    return [Edit(place, "".join(f"{line}\n{indent}" for line in lines))]


def behind(statement: ast.stmt, cell: Cell, *lines: str) -> list[Edit]:
    """Statements after another one; nothing where no line can stand there."""
    where = cell.range(statement)
    indent = cell.lines[where.line - 1][: where.column]
    last = cell.lines[where.end_line - 1].rstrip("\r\n")
    if indent.strip() or not re.fullmatch(r"\s*(?:#.*)?", last[where.end_column :]):
        return []
    place = Range(where.end_line, len(last), where.end_line, len(last))
    return [Edit(place, "".join(f"\n{indent}{line}" for line in lines))]

"""What code sets or installs outside of Python's names: environment variables, and packages."""

from __future__ import annotations

import ast
from typing import Iterator, Tuple

from .cell import Cell, Command
from .nodes import index, last_name, string
from .position import Range
from .reference import Reference
from .shell import installs, setting

Setting = Tuple[str, ast.expr]
"""The name of a variable, and the expression that it is set to."""


def in_call(node: ast.Call) -> Iterator[Setting]:
    """Those of ``os.putenv("X", "1")``, ``os.environ.setdefault("X", "1")``, ``os.environ.update(X="1")``."""
    function = node.func
    if last_name(function) != "putenv" and not (
        type(function) is ast.Attribute and last_name(function.value) == "environ"
    ):
        return
    if last_name(function) == "update":
        for argument in node.args:
            if type(argument) is ast.Dict:
                named = ((string(key), value) for key, value in zip(argument.keys, argument.values))
                yield from ((name, value) for name, value in named if name)
        yield from ((keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg)
    elif len(node.args) == 2:
        name = string(node.args[0])
        if name:
            yield name, node.args[1]


def in_assignment(target: ast.Subscript) -> str | None:
    """The variable that ``os.environ["X"] = …`` sets."""
    if last_name(target.value) != "environ":
        return None
    return string(index(target))


def shell_line(node: ast.Call) -> str:
    """The line that a call gives to a shell, as far as it is written out."""
    first = node.args[0] if node.args else None
    if isinstance(first, ast.List):
        return "!" + " ".join(string(item) or "python" for item in first.elts)
    return "!" + (string(first) or "")


def in_command(command: Command, cell: Cell, guarded: bool) -> Iterator[Reference]:
    """What one of IPython's lines installs and sets."""
    end = len(cell.lines[command.line - 1].rstrip())
    where = Range(command.line, command.column, command.line, max(end, command.column))
    requirements, options = installs(command.text)
    for requirement in requirements:
        yield Reference("install", requirement, where, command.text, keywords=options, guarded=guarded)
    name, value = setting(command.text)
    if name:
        yield Reference("setting", name, where, command.text, value=value, guarded=guarded)

"""Small questions to Python's syntax tree."""

from __future__ import annotations

import ast
from typing import Any, Iterable


def last_name(node: ast.expr) -> str:
    """``c`` of ``a.b.c`` and of ``c``; empty for anything else."""
    if type(node) is ast.Attribute:
        return node.attr
    return node.id if type(node) is ast.Name else ""


def string(node: Any) -> str | None:
    """The value of a string literal."""
    return node.value if type(node) is ast.Constant and type(node.value) is str else None


def parameters(arguments: ast.arguments) -> Iterable[ast.arg]:
    """All parameters of a function."""
    yield from arguments.posonlyargs
    yield from arguments.args
    yield from arguments.kwonlyargs
    for argument in (arguments.vararg, arguments.kwarg):
        if argument is not None:
            yield argument


def passed(node: ast.Call) -> dict[str, Any]:
    """What a call passes, as the fields of a Reference."""
    starred = sum(type(argument) is ast.Starred for argument in node.args)
    keywords = tuple(keyword.arg for keyword in node.keywords if keyword.arg is not None)
    return {
        "positional": len(node.args) - starred,
        "keywords": keywords,
        "open_ended": bool(starred) or len(keywords) < len(node.keywords),
    }


def leaves(body: list[ast.stmt]) -> bool:
    """Whether a block never gets to its end."""
    return bool(body) and isinstance(body[-1], (ast.Raise, ast.Return, ast.Continue, ast.Break))


def defined(body: list[ast.stmt]) -> frozenset[str]:
    """Names that a class body binds."""
    names: set[str] = set()
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        else:
            names.update(child.id for child in ast.walk(node) if type(child) is ast.Name)
    return frozenset(names)

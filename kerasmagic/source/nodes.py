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


def returned_call(function: ast.FunctionDef) -> ast.Call | None:
    """The call whose result a function gives back: of ``return Model(…)``, or ``m = Model(…)`` and ``return m``.

    None where it may give back anything else.
    """
    inside = [node for statement in function.body for node in ast.walk(statement)]
    returns = [node for node in inside if isinstance(node, ast.Return)]
    if len(returns) != 1 or returns[0] is not function.body[-1] or function.decorator_list:
        return None
    if any(isinstance(node, _ELSEWHERE) for node in inside):
        return None
    value = returns[0].value
    if isinstance(value, ast.Name):
        bound = [node for node in inside if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)]
        made = [each for each in function.body if isinstance(each, ast.Assign) and _is_name(each.targets, value.id)]
        value = made[0].value if len(made) == 1 == sum(node.id == value.id for node in bound) else None
    if not isinstance(value, ast.Call):
        return None
    root: ast.expr = value.func
    while isinstance(root, ast.Attribute):
        root = root.value
    local = {node.id for node in inside if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    local.update(argument.arg for argument in parameters(function.args))
    return value if isinstance(root, ast.Name) and root.id not in local else None


_ELSEWHERE = (
    *(ast.Yield, ast.YieldFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
    *(ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal),
)
"""What makes a function another thing, or binds names in a way of its own."""


def _is_name(targets: list[ast.expr], name: str) -> bool:
    return len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id == name

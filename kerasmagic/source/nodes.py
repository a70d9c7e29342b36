"""Small questions to Python's syntax tree."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any, Iterable


def last_name(node: ast.expr) -> str:
    """``c`` of ``a.b.c`` and of ``c``; empty for anything else."""
    if type(node) is ast.Attribute:
        return node.attr
    return node.id if type(node) is ast.Name else ""


def index(node: ast.Subscript) -> Any:
    """What stands in the brackets; up to Python 3.8 it is wrapped, and so is each part of ``[:, names]``."""
    inner: Any = node.slice
    if type(inner).__name__ == "ExtSlice":
        parts = [getattr(each, "value", each) for each in inner.dims]
        return ast.copy_location(ast.Tuple(parts, ast.Load()), node)
    return inner.value if type(inner).__name__ == "Index" else inner


def first_line(node: ast.stmt | ast.Lambda) -> int:
    """The line on which a statement begins, with its decorators: that of ``co_firstlineno``."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


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


def returned(function: ast.FunctionDef) -> list[ast.expr]:
    """What a function gives back, in each of its ways; empty where that cannot be read."""
    inside = list(_own_nodes(function))
    if function.decorator_list or any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in inside):
        return []
    values = [node.value for node in inside if isinstance(node, ast.Return) and node.value is not None]
    return [value for value in values if not (isinstance(value, ast.Constant) and value.value is None)]


def local_values(function: ast.FunctionDef) -> dict[str, ast.AST | None]:
    """The names that a function binds, with the one thing that each stands for: an expression, or the parameter; None
    where it may be another."""
    found: dict[str, ast.AST | None] = {argument.arg: argument for argument in parameters(function.args)}
    values: dict[str, ast.expr] = {}
    bound: Counter[str] = Counter(list(found))
    for node in _own_nodes(function):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound[node.id] += 1
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values[node.targets[0].id] = node.value
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.update(dict.fromkeys((alias.asname or alias.name.partition(".")[0] for alias in node.names), 2))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = [name for each in ast.walk(node) if isinstance(each, ast.Nonlocal) for name in each.names]
            bound.update(dict.fromkeys([node.name, *inner], 2))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound[node.name] += 2
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            bound.update(dict.fromkeys(node.names, 2))
    return {name: found.get(name) or values.get(name) if count == 1 else None for name, count in bound.items()}


def ambiguous_attributes(node: ast.ClassDef) -> Iterable[str]:
    """The attributes of ``self`` that the functions of a class set to different things."""
    texts: dict[str, set[str]] = {}
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
            for target in targets:
                if isinstance(target, ast.Attribute) and last_name(target.value) == "self":
                    text = ast.dump(inner.value) if isinstance(inner, ast.Assign) and inner.value else ""
                    if not (isinstance(inner.value, ast.Constant) and inner.value.value is None):
                        texts.setdefault(target.attr, set()).add(text)
    return [name for name, different in texts.items() if len(different) > 1]


def _own_nodes(function: ast.AST) -> Iterable[ast.AST]:
    """What a function holds, without what the functions and classes in it hold."""
    waiting = children(function)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting += children(node)


def children(node: ast.AST) -> list[ast.AST]:
    """What a node holds, without operators and contexts, which hold nothing: in half the time of
    ``ast.iter_child_nodes``."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST) and value._fields:
            found.append(value)
    return found

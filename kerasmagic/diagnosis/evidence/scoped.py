"""What expressions anywhere in a failed cell stand for: each is read in the scope that it stands in."""

from __future__ import annotations

import ast
from typing import Any, Iterator, Mapping

from ...source.nodes import children, local_values
from . import failed_cell as failing
from . import session
from .cell import CellFacts
from .failure import Failure

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Scoped:
    """The expressions of a cell that failed, with what is around them."""

    def __init__(self, failure: Failure, facts: CellFacts) -> None:
        self._failure = failure
        self.above = {child: node for node in facts.cell.placed for child in children(node)}
        """What holds each node."""
        self.on_line = [node for node in failing.nodes(failure, facts) if node in self.above]
        self._failed = {self.function_of(node) for node in self.on_line}

    def function_of(self, node: ast.AST) -> ast.AST | None:
        """The function that an expression stands in; None outside of all."""
        return next((each for each in self._around(node) if isinstance(each, _FUNCTIONS)), None)

    def class_of(self, node: ast.AST) -> ast.AST | None:
        return next((each for each in self._around(node) if isinstance(each, ast.ClassDef)), None)

    def failed_here(self, node: ast.AST) -> bool:
        """Whether an expression stands in the function that failed, or outside of all as the line that did."""
        return self.function_of(node) in self._failed

    def values(self, node: ast.expr) -> list[Any]:
        """What an expression can stand for: one object, or each of those that a loop goes through; none where that is
        not known."""
        name = _root(node)
        if name is None:
            return []
        looped = self._looped(name)
        names = self._names(name)
        found = [session.value_of(node, {name.id: each}) for each in looped]
        found = found or ([session.value_of(node, names)] if names is not None else [])
        return [each for each in found if each is not session.UNKNOWN]

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.above:
            node = self.above[node]
            yield node

    def _names(self, name: ast.Name) -> Mapping[str, Any] | None:
        """The variables that a name is looked up in; None for those of a function that is not the one that failed."""
        for each in self._around(name):
            if isinstance(each, ast.Lambda):
                bound = name.id in {item.arg for item in ast.walk(each.args) if isinstance(item, ast.arg)}
            else:
                bound = isinstance(each, ast.FunctionDef) and name.id in local_values(each)
            if bound:
                return self._failure.variables if each in self._failed else None
        return self._failure.namespace

    def _looped(self, name: ast.Name) -> tuple[Any, ...]:
        """What a loop around a name goes through with it: ``for layer in model.layers``."""
        for each in self._around(name):
            for loop in each.generators if isinstance(each, _COMPREHENSIONS) else [each]:
                if not isinstance(loop, (ast.For, ast.comprehension)):
                    continue
                target, through = loop.target, loop.iter
                if isinstance(target, ast.Tuple) and _is_call(through, "enumerate"):
                    target = target.elts[-1]
                if isinstance(target, ast.Name) and target.id == name.id:
                    return self._elements(through)
        return ()

    def _elements(self, node: ast.expr) -> tuple[Any, ...]:
        if isinstance(node, ast.Call) and any(_is_call(node, name) for name in ("enumerate", "reversed")):
            node = node.args[0]
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            node = node.value
        return next((session.members(value) for value in self.values(node)), ())


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _is_call(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and bool(node.args)


def _root(node: ast.expr) -> ast.Name | None:
    """The name that an expression begins with."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node if isinstance(node, ast.Name) else None

"""Where a cell computes with tensors that have no values yet: on the line that failed, and on those that come after.

What a name stands for is read from the frames of the traceback, and followed from there through the statements that
have not run: what a function or a layer makes of such a tensor is one, too.
"""

from __future__ import annotations

import ast
import linecache
from typing import Any, Iterable, Mapping, NamedTuple

from ...source.nodes import last_name, parameters
from . import session
from .cell import CellFacts
from .failure import Failure

_NO_TENSORS = frozenset(
    ("len", "int", "float", "str", "repr", "type", "print", "isinstance", "hasattr", "getattr", "range", "int_shape")
)
"""What gives no tensor, whatever it is given."""
_DEEPEST = 20


class Symbols(NamedTuple):
    """The calls that are given a tensor without values, and all expressions that stand for one."""

    calls: tuple[ast.Call, ...]
    expressions: frozenset[ast.expr]


def symbols(failure: Failure, facts: CellFacts) -> Symbols:
    assert facts.cell.tree is not None
    reader = _Reader(facts)
    for scope, line, held in [*_running(failure, facts)] or [(facts.cell.tree.body, 0, failure.variables)]:
        found = {name for name, thing in held.items() if is_symbol(thing)}
        reader.held, reader.line = held, line
        reader.block(scope, found)
    return Symbols(tuple(reader.calls), frozenset(reader.expressions))


def is_symbol(thing: Any) -> bool:
    return session.class_name(thing) == "KerasTensor" and session.is_of_keras(thing)


def _running(failure: Failure, facts: CellFacts) -> Iterable[tuple[list[ast.stmt], int, Mapping[str, Any]]]:
    """The bodies of the cell, or of its functions, that ran: from which line on, and what their names stood for."""
    assert facts.cell.tree is not None
    functions = [node for node in facts.cell.placed if isinstance(node, ast.FunctionDef)]
    lines = facts.cell.lines
    for frame, number in ((step.tb_frame, step.tb_lineno) for step in failure.steps):
        text = linecache.getline(frame.f_code.co_filename, number, frame.f_globals).strip()
        if not text or number > len(lines) or lines[number - 1].strip() != text:  # of a library, or of another cell
            continue
        inside = [each for each in functions if each.lineno <= number <= (each.end_lineno or 0)]
        name = frame.f_code.co_name
        body = next((each.body for each in reversed(inside) if each.name == name), None)
        if body is None and not inside:
            body = facts.cell.tree.body
        if body is not None:
            yield body, number, {**(failure.namespace or {}), **frame.f_locals}


class _Reader:
    def __init__(self, facts: CellFacts) -> None:
        self.functions = {node.name: node for node in facts.cell.placed if isinstance(node, ast.FunctionDef)}
        self.held: Mapping[str, Any] = {}
        self.line = 0
        self.calls: dict[ast.Call, None] = {}
        self.expressions: dict[ast.expr, None] = {}
        self.entered: list[str] = []

    def block(self, body: list[ast.stmt], names: set[str]) -> None:
        for statement in body:
            if (statement.end_lineno or 0) >= self.line:
                self.statement(statement, names)

    def statement(self, node: ast.stmt, names: set[str]) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return
        if isinstance(node, (ast.For, ast.AsyncFor)):
            self.bind(node.target, self.read(node.iter, names), names)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self.read(item.context_expr, names)
        elif isinstance(node, (ast.If, ast.While)):
            self.read(node.test, names)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            found = node.value is not None and self.read(node.value, names)
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if not isinstance(node, ast.AugAssign) or found:
                    self.bind(target, found, names)
        elif isinstance(node, (ast.Expr, ast.Return)) and node.value is not None:
            self.read(node.value, names)
        for inner in ("body", "orelse", "finalbody"):
            self.block(getattr(node, inner, []), names)

    def bind(self, target: ast.expr, symbolic: bool, names: set[str]) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                (names.add if symbolic else names.discard)(node.id)

    def read(self, node: ast.expr, names: set[str]) -> bool:
        """Whether an expression stands for a tensor without values, or a list that holds one."""
        found = self._read(node, names)
        if found:
            self.expressions[node] = None
        return found

    def _read(self, node: ast.expr, names: set[str]) -> bool:
        if isinstance(node, ast.Name):
            return node.id in names
        if isinstance(node, ast.Attribute):
            self.read(node.value, names)
            return is_symbol(session.value_of(node, self.held))
        if isinstance(node, ast.Call):
            return self.call(node, names)
        if isinstance(node, ast.Lambda):
            return False
        parts = [self.read(each, names) for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            inner = set(names)
            for generator in node.generators:
                self.bind(generator.target, self.read(generator.iter, inner), inner)
            return self.read(node.elt, inner)
        if isinstance(node, ast.Subscript):
            return self.read(node.value, names)
        return any(parts) and not isinstance(node, (ast.Dict, ast.JoinedStr, ast.FormattedValue))

    def call(self, node: ast.Call, names: set[str]) -> bool:
        arguments = [*node.args, *(item.value for item in node.keywords)]
        given = [self.read(each, names) for each in arguments]
        if not isinstance(node.func, ast.Name):
            self.read(node.func, names)
        name = last_name(node.func)
        if name == "Input":
            return True
        if not any(given):
            return False
        self.calls[node] = None
        function = self.functions.get(name) if isinstance(node.func, ast.Name) else None
        if function is not None and name not in self.entered and len(self.entered) < _DEEPEST:
            self.enter(function, node, given, names)
        return name not in _NO_TENSORS and not name[:1].isupper()

    def enter(self, function: ast.FunctionDef, node: ast.Call, given: list[bool], names: set[str]) -> None:
        """Read the function of the cell that is called, too: it runs then."""
        taken = [each.arg for each in parameters(function.args)]
        keywords = [item.arg or "" for item in node.keywords]
        passed = dict(zip([*taken[: len(node.args)], *keywords], given)) if len(taken) >= len(node.args) else {}
        inner = {each for each in names if each not in taken} | {name for name, symbolic in passed.items() if symbolic}
        line, self.line = self.line, 0
        self.entered.append(function.name)
        self.block(function.body, inner)
        self.entered.pop()
        self.line = line

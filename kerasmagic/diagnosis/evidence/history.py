"""The cells of the session in the order in which they ran, and which line of them gave a name to what."""

from __future__ import annotations

import ast
import linecache
from typing import Any, Iterator, Mapping, NamedTuple, Sequence

from ...source.cell import Cell, read_cell
from . import session
from .failure import Failure

_MOST_CELLS = 300
"""The newest ones: what was bound before them was bound hours ago."""


class Ran(NamedTuple):
    """A cell that ran."""

    cell: Cell
    number: int | None = None
    """Of ``In [3]``; None where the history is not kept, and of the cell that failed."""
    failed: bool = False
    """Whether it is the cell that failed, which is the last one."""
    until: int | None = None
    """The line of the cell that failed: what stands behind has not run; 0 where it is not known what has."""

    def where(self, node: ast.AST) -> str:
        """The place of something in it: "In [3], line 2"."""
        line = self.cell.range(node).line
        if self.failed:
            return f"line {line} of this cell"
        return f"In [{self.number}], line {line}" if self.number is not None else "an earlier cell"

    def text(self, node: ast.AST) -> str:
        return self.cell.segment(self.cell.range(node))

    def nodes(self) -> Iterator[ast.AST]:
        """What has run of it."""
        placed = (node for node in ast.walk(self.cell.tree or ast.Module([], [])) if hasattr(node, "lineno"))
        return (node for node in placed if self.until is None or node.lineno < self.until)


class Bound(NamedTuple):
    """A statement that gave a name to something."""

    place: int
    """The place of its cell among those that ran."""
    ran: Ran
    statement: ast.stmt
    value: ast.expr | None
    """What the name stands for since then; None where another thing than an assignment binds it, or a part of it."""

    @property
    def where(self) -> str:
        return self.ran.where(self.statement)

    @property
    def text(self) -> str:
        """The statement itself; of several lines the first."""
        return self.ran.text(self.statement).splitlines()[0].strip()


def cells_run(failure: Failure) -> list[Ran]:
    """The cells that can be read, oldest first, with the one that failed as the last."""
    here, typed = failure.source.strip("\n"), typed_cells(failure.namespace)
    is_kept = bool(typed) and typed[-1].number is not None
    before = typed[:-1] if is_kept and _is(typed[-1], here) else typed
    if not is_kept:
        before = [each for each in typed if not _is(each, here)]
    last = Ran(read_cell(failure.source), None, True, _failing_line(failure))
    return [*before, last] if last.cell.tree is not None else before


def typed_cells(namespace: Mapping[str, Any] | None) -> list[Ran]:
    """All cells of the session that can be read, oldest first."""
    texts = _kept(namespace) or [(None, text) for text in _compiled()]
    found = (Ran(read_cell(text), number) for number, text in texts[-_MOST_CELLS:])
    return [each for each in found if each.cell.tree is not None]


def _is(ran: Ran, text: str) -> bool:
    return ran.cell.text.strip("\n") == text


def bindings_of(name: str, cells: Sequence[Ran]) -> list[Bound]:
    """The statements outside of functions and classes that gave a name to something, oldest first."""
    found = (Bound(place, ran, *each) for place, ran in enumerate(cells) for each in _binding(name, ran.cell.tree))
    return [each for each in found if each.ran.until is None or each.statement.lineno < each.ran.until]


def asked_between(name: str, first: Bound, last: Bound, cells: Sequence[Ran]) -> set[str]:
    """The attributes that the cells from one binding of a name to another asked of it."""
    return {
        node.attr
        for ran in cells[first.place : last.place + 1]
        for node in ran.nodes()
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
    }


def _kept(namespace: Mapping[str, Any] | None) -> list[tuple[int | None, str]]:
    """What was typed, with the numbers of the cells."""
    texts = enumerate(session.cells(namespace))
    typed = [(number, (namespace or {}).get(f"_i{number}"), text) for number, text in texts if text]
    return [(number, raw if type(raw) is str else text) for number, raw, text in typed]


def _compiled() -> list[str]:
    """Where no history is kept: the cells that IPython has compiled in this process."""
    paths = [path for path in list(linecache.cache) if path.startswith("<ipython-input-")]
    return ["".join(linecache.getlines(path)) for path in paths]


def _failing_line(failure: Failure) -> int:
    """The line of the cell that failed; 0 where that is not known for certain."""
    lines = [number for number, text in enumerate(failure.source.splitlines(), 1) if text.strip() == failure.line_text]
    return lines[0] if len(lines) == 1 else 0


def _binding(name: str, tree: ast.Module | None) -> Iterator[tuple[ast.stmt, ast.expr | None]]:
    for statement in _statements(tree.body if tree is not None else []):
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = [each for target in targets for each in ast.walk(target) if _is_bound(each, name)]
            whole = any(each in targets for each in names) and not isinstance(statement, ast.AugAssign)
            if names:
                yield statement, statement.value if whole else None
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if statement.name == name:
                yield statement, None
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            if any((alias.asname or alias.name.partition(".")[0]) == name for alias in statement.names):
                yield statement, None
        elif isinstance(statement, (ast.For, ast.With)) and any(_is_bound(each, name) for each in _targets(statement)):
            yield statement, None


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a cell, with those of its blocks, which bind names of the session, too."""
    for statement in body:
        yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = [each for each in ast.iter_child_nodes(statement) if isinstance(each, ast.stmt)]
            handlers = [each for each in ast.iter_child_nodes(statement) if isinstance(each, ast.ExceptHandler)]
            yield from _statements([*inner, *(each for handler in handlers for each in handler.body)])


def _targets(statement: ast.For | ast.With) -> Iterator[ast.AST]:
    targets = [statement.target] if isinstance(statement, ast.For) else [each.optional_vars for each in statement.items]
    return (node for target in targets if target is not None for node in ast.walk(target))


def _is_bound(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)

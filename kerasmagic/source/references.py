"""What a cell asks TensorFlow and Keras for: one walk over its statements, in the order in which they run."""

from __future__ import annotations

import ast
import re
from typing import Any, Sequence

from .bindings import Bindings, concerns_us
from .cell import SHELL_MAGICS, Cell
from .reference import Reference
from .statements import Statements

_ASSIGNED_ATTRIBUTE = re.compile(r"\.([^\W\d]\w*)[ \t]*(?:=(?!=)|[-+*/%@&|^]=|//=|\*\*=|>>=|<<=|:[^=\n]+=(?!=))")
_ASSIGNED_TOGETHER = re.compile(
    r"^[ \t]*[(\[]?((?:\*?[\w.]+[ \t]*,[ \t]*)+\*?[\w.]*)[ \t]*[)\]]?[ \t]*=(?!=)", re.MULTILINE
)
"""``self.x, self.y = x, y``"""
_ATTRIBUTE = re.compile(r"\.([^\W\d]\w*)")


def find_references(cell: Cell, bindings: Bindings) -> tuple[Reference, ...]:
    """All that the cell asks for, in textual order. ``bindings`` is brought up to what holds after the cell.

    A name is followed only where it can stand for one thing; a statement that is nested too deeply to be walked makes
    the names in it unknown.
    """
    if cell.tree is None:
        return ()
    return _Reader(cell, bindings).read()


class _Reader(Statements):
    """Reads a cell as a whole: its statements, then the bodies of its functions."""

    def read(self) -> tuple[Reference, ...]:
        assert self.cell.tree is not None
        if self.cell.magic in SHELL_MAGICS:
            for command in self.cell.commands:
                self.command(command)
        for node in self.cell.tree.body:
            if type(node) is ast.Import or type(node) is ast.ImportFrom:  # functions above see these names, too
                module = node.module if type(node) is ast.ImportFrom else None
                for alias in node.names:
                    if concerns_us(module or alias.name):
                        self.known.add(alias.asname or alias.name.partition(".")[0])
        self.safely(self.cell.tree.body)
        while self.deferred:
            waiting, self.deferred = self.deferred, []
            for nodes, scope, guarded, name in waiting:
                self.scope, self.guarded = scope, guarded
                given = self.bindings.arguments.get(name, {}) if name else {}
                if name:
                    self.bindings.bodies.append((name, dict(given)))
                for parameter, value in given.items():
                    if value is not None and parameter in scope.names:
                        scope.names[parameter] = value
                        self.known.add(parameter)
                self.safely(nodes)
        self.scope = self.module
        assigned = self.bindings.assigned
        together = " ".join(_ASSIGNED_TOGETHER.findall(self.cell.text))
        assigned.update(dict.fromkeys(_ASSIGNED_ATTRIBUTE.findall(self.cell.text) + _ATTRIBUTE.findall(together)))
        found = [
            reference
            for reference in self.found
            if reference.kind != "method" or not ("*" in assigned or reference.name.rpartition(".")[2] in assigned)
        ]
        found.sort(key=_position)
        return tuple(found)

    def safely(self, nodes: Sequence[Any]) -> None:
        """Read statements, or a lambda's expression; what is nested too deeply makes the names in it unknown."""
        scope, guarded = self.scope, self.guarded
        for node in nodes:
            if self.scope is self.module:
                self.line = node.lineno
            try:
                if isinstance(node, ast.expr):
                    self.expression(node)
                else:
                    self.block((node,))
            except RecursionError:
                self.scope, self.guarded, self.whole, self.branches = scope, guarded, None, 0
                self.changes.clear()
                for name in self.words.within(node):
                    if name in self.known or name in self.bindings.names:
                        self.bind(name, None)


def _position(reference: Reference) -> tuple[int, int]:
    return reference.range.line, reference.range.column

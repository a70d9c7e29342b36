"""What a name stands for where it is used: the scopes of functions and classes, and the ways a program may go."""

from __future__ import annotations

import ast
import re
from typing import Any, Dict, List, Sequence, Tuple

from .bindings import Bindings
from .values import MISSING, Instance, Subclass, Value
from .words import OF_INTEREST, Words

_NAME = re.compile(r"[^\W\d]\w*")
Outcome = Dict[Tuple[int, str], Tuple[Dict[str, Value], List[Any]]]
"""What a branch does: for a name of a scope, the values it had from first to last."""


class Scope:
    """The names of one function, class or comprehension, or of the cell."""

    __slots__ = ("globals", "inherited", "is_class", "is_comprehension", "late", "names", "parent", "subclass")

    def __init__(self, names: dict[str, Value], parent: Scope | None = None, late: bool = False) -> None:
        self.names = names
        self.parent = parent
        self.late = late
        """Runs later, when names around it may have other values."""
        self.is_class = False
        self.is_comprehension = False
        self.globals: set[str] = set()
        self.subclass: Subclass | None = None
        """For a class: what ``self`` is in its functions."""
        self.inherited: Instance | None = parent.inherited if parent else None
        """Inside a class: what ``super()`` is."""


class Names:
    """The names of a cell while it is read.

    Attributes:
        scope: the scope that is being read.
        module: the outermost one, whose names the next cell sees.
        known: words that stand for something, or may make a statement worth reading.
    """

    def __init__(self, words: Words, bindings: Bindings) -> None:
        self.words = words
        self.bindings = bindings
        self.scope = self.module = Scope(bindings.names)
        names = bindings.names
        self.known = {word for line in words.on for word in line if names.get(word) is not None}
        self.known |= OF_INTEREST
        self.known.update(bindings.functions)
        for text in bindings.shown:
            self.known.update(_NAME.findall(text))
        self.line = 0  # of the cell's statement that is being read
        self.branches = 0
        self.changes: list[tuple[dict[str, Value], str, Any]] = []  # within branches: (names, name, value before)
        self.has_functions = False  # one was written, so it may be called from here on
        self.bound: set[tuple[int, str]] = set()  # names of a scope that have a value of this cell
        self.unsteady: set[tuple[int, str]] = set()  # names of a scope that had more than one value in this cell

    def lookup(self, name: str) -> Value:
        scope: Scope | None = self.scope
        late = False
        value: Value = None
        while scope is not None:
            if name in scope.globals:
                scope, late = self.module, True
            if name in scope.names:
                value = None if late and (id(scope.names), name) in self.unsteady else scope.names[name]
                break
            late = late or scope.late
            scope = scope.parent
        return self.bindings.shown.get(name) if value is None and self.bindings.shown else value

    def bind(self, name: str, value: Value) -> None:
        scope = self.scope
        while scope.is_comprehension and scope.parent is not None:
            scope = scope.parent
        if name in scope.globals:  # set by a call, at a time that we do not know
            if self.module.names.get(name, value) != value:
                value = None
            scope = self.module
        self.set(scope.names, name, value)

    def set(self, names: dict[str, Value], name: str, value: Value) -> None:
        before = names.get(name, MISSING)
        if self.branches:
            self.changes.append((names, name, before))
        if before is not MISSING and before != value and ((id(names), name) in self.bound or self.has_functions):
            self.unsteady.add((id(names), name))
        self.bound.add((id(names), name))
        if names is self.bindings.names:
            self.bindings.replaced.append((name, before, self.line))
        names[name] = value
        if value is not None:
            self.known.add(name)

    def enclosing(self) -> Scope | None:
        """The scope that a function or comprehension written here sees: a class's names are not among them."""
        scope: Scope | None = self.scope
        while scope is not None and scope.is_class:
            scope = scope.parent
        return scope

    # Ways that a program may go

    def open_branch(self) -> int:
        """From here on, bindings are made as one way does; what ``close_branch`` needs to take them back."""
        self.branches += 1
        return len(self.changes)

    def close_branch(self, mark: int) -> Outcome:
        """Take the bindings of a way back."""
        self.branches -= 1
        outcome: Outcome = {}
        for names, name, before in self.changes[mark:]:
            outcome.setdefault((id(names), name), (names, []))[1].append(before)
        del self.changes[mark:]
        for (_, name), (names, values) in outcome.items():
            values.append(names[name])
            if values[0] is MISSING:
                del names[name]
            else:
                names[name] = values[0]
        return outcome

    def settle(self, ways: Sequence[tuple[Outcome, Sequence[ast.AST]]], line: int, at_any_time: bool = False) -> None:
        """Go on after branches: a name keeps its value where all ways agree, and is unknown where they do not.

        A name that one way does not bind has the value of the other, since using it would fail otherwise; unless the
        first way's statements mention it, or the cell does above them (a statement that concerns nobody is not read,
        and may have bound it).

        Arguments:
            line: the line, from 1, on which the branching statement begins.
        """
        keys = {key: changed[0] for outcome, _ in ways for key, changed in outcome.items()}
        for key, names in keys.items():
            name = key[1]
            values: list[Any] = []
            for outcome, nodes in ways:
                if key in outcome:
                    values.extend(outcome[key][1] if at_any_time else outcome[key][1][-1:])
                elif name in names:
                    values.append(names[name])
                elif (nodes and name in self.words.within(*nodes)) or self.words.are_above(name, line):
                    values.append(None)
            values = [value for value in values if value is not MISSING]
            agreed = all(value == values[0] for value in values)
            self.set(names, name, values[0] if agreed else None)

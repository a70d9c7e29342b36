"""What a cell asks TensorFlow and Keras for: one walk over its statements, in the order in which they run."""

from __future__ import annotations

import ast
import builtins
import re
import sys
import unicodedata
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Sequence, Tuple

from .bindings import Bindings, Instance, Subclass, Value, add_module, concerns_us
from .cell import SHELL_MAGICS, Cell, Command
from .layout import alias_ranges
from .position import Range
from .reference import Reference
from .shell import installs, setting

_WORD = re.compile(r"[^\W\d]\w*")
_BLANKS = "".join(character if character.isalnum() or character in "_\n" else " " for character in map(chr, range(128)))
"""Translates all that is not part of a name; lines stay."""
_WORDS_OF_INTEREST = frozenset(
    {"import", "tensorflow", "keras", "tf_keras", "importlib", "import_module", "__import__", "environ", "putenv"}
    | {"setattr", "compile", "pip", "conda", "uv", "env", "set_env"}
)
"""Words that make a statement worth reading, besides the names that are known to stand for something."""
_ANYTHING = ["import"]
"""The words of a line that has to be read whatever stands on it."""
_MANY = 500
"""A line of more words is not searched for names: many statements may stand on it."""
_CATCHES = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "BaseException"})
_ASSIGNED_ATTRIBUTE = re.compile(r"\.([^\W\d]\w*)[ \t]*(?:=(?!=)|[-+*/%@&|^]=|//=|\*\*=|>>=|<<=|:[^=\n]+=(?!=))")
_VERSION_TEST = re.compile(r"version|hasattr|TYPE_CHECKING|find_spec", re.IGNORECASE)
_F_STRINGS_HAVE_POSITIONS = sys.version_info >= (3, 12)

_IDENTIFIERS = {
    "optimizer": "optimizer",
    "loss": "loss",
    "metrics": "metric",
    "weighted_metrics": "metric",
    "activation": "activation",
    "recurrent_activation": "activation",
}
_IDENTIFIER_SUFFIXES = ("initializer", "regularizer", "constraint")
_GETTERS = {
    f"{kind}s": kind for kind in ("optimizer", "metric", "activation", "initializer", "regularizer", "constraint")
}
_GETTERS["losses"] = "loss"
_COMPILE = ("optimizer", "loss", "metrics")

_MISSING: Any = object()
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def find_references(cell: Cell, bindings: Bindings) -> tuple[Reference, ...]:
    """All that the cell asks for, in textual order. ``bindings`` is brought up to what holds after the cell.

    A name is followed only where it can stand for one thing; a statement that is nested too deeply to be walked makes
    the names in it unknown.
    """
    if cell.tree is None:
        return ()
    return _Reader(cell, bindings).read()


class _Scope:
    """The names of one function, class or comprehension, or of the cell."""

    __slots__ = ("globals", "inherited", "is_class", "is_comprehension", "late", "names", "parent", "subclass")

    def __init__(self, names: dict[str, Value], parent: _Scope | None = None, late: bool = False) -> None:
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


_Outcome = Dict[Tuple[int, str], Tuple[Dict[str, Value], List[Any]]]
"""What a branch does: for a name of a scope, the values it had from first to last."""


class _Deferred(NamedTuple):
    """A function's body, to be read when all names of the cell are known."""

    nodes: Sequence[ast.AST]
    scope: _Scope
    guarded: bool


class _Reader:
    def __init__(self, cell: Cell, bindings: Bindings) -> None:
        self.cell = cell
        self.bindings = bindings
        self.scope = _Scope(bindings.names)
        self.module = self.scope
        self.found: list[Reference] = []
        self.guarded = False
        self.whole: Range | None = None  # stands for all positions inside an f-string that has none
        self.deferred: list[_Deferred] = []
        self.changes: list[tuple[dict[str, Value], str, Any]] = []  # within branches: (names, name, value before)
        self.branches = 0
        self.unsteady: set[tuple[int, str]] = set()  # names of a scope that had more than one value in this cell
        self.plain = not cell.shifts and cell.parsed.isascii()
        self.commands: dict[int, Command] = {command.line: command for command in cell.commands}
        self.words = _words(cell)  # on each line
        self.first_lines: dict[str, int] | None = None  # of each word; found when it is asked for
        names = bindings.names
        self.known = {word for words in self.words for word in words if names.get(word) is not None}
        self.known |= _WORDS_OF_INTEREST

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
            for nodes, scope, guarded in waiting:
                self.scope, self.guarded = scope, guarded
                self.safely(nodes)
        self.scope = self.module
        assigned = self.bindings.assigned
        assigned.update(_ASSIGNED_ATTRIBUTE.findall(self.cell.text))
        found = [
            reference
            for reference in self.found
            if reference.kind != "method" or not ("*" in assigned or reference.name.rpartition(".")[2] in assigned)
        ]
        found.sort(key=_position)
        return tuple(found)

    # Statements

    def block(self, body: Sequence[ast.stmt]) -> None:
        known, words, commands = self.known, self.words, self.commands
        for node in body:
            line = node.lineno
            if commands and line in commands:
                self.command(commands[line])
            if not known.isdisjoint(words[line - 1]) or self.concerns(node):
                _STATEMENTS.get(type(node), _Reader.children)(self, node)

    def safely(self, nodes: Sequence[Any]) -> None:
        """Read statements, or a lambda's expression; what is nested too deeply makes the names in it unknown."""
        scope, guarded = self.scope, self.guarded
        for node in nodes:
            try:
                if isinstance(node, ast.expr):
                    self.expression(node)
                else:
                    self.block((node,))
            except RecursionError:
                self.scope, self.guarded, self.whole, self.branches = scope, guarded, None, 0
                self.changes.clear()
                for name in self.names_in(node):
                    if name in self.known or name in self.bindings.names:
                        self.bind(name, None)

    def concerns(self, node: Any) -> bool:
        """Whether a name that we follow stands on the statement's lines; other statements need no walk."""
        decorators = getattr(node, "decorator_list", None)
        if not decorators and node.lineno == node.end_lineno:
            return not self.known.isdisjoint(self.words[node.lineno - 1])
        first = decorators[0].lineno if decorators else node.lineno
        return not all(map(self.known.isdisjoint, self.words[first - 1 : node.end_lineno]))

    def names_in(self, *nodes: Any) -> builtins.set[str]:
        """All words on the lines of these statements."""
        found: set[str] = set()
        for node in nodes:
            for line in self.cell.lines[node.lineno - 1 : node.end_lineno]:
                found.update(_WORD.findall(unicodedata.normalize("NFKC", line)))
        return found

    def children(self, node: ast.AST) -> Value:
        """Walk a node of a kind that needs no care."""
        for name in node._fields:
            child = getattr(node, name, None)
            if isinstance(child, ast.expr):
                self.expression(child)
            elif type(child) is list:
                for item in child:
                    if isinstance(item, ast.expr):
                        self.expression(item)
                    elif isinstance(item, ast.AST):
                        self.children(item)
            elif isinstance(child, ast.AST):
                self.children(child)
        return None

    def expression_statement(self, node: ast.Expr) -> None:
        self.expression(node.value)

    def assign(self, node: ast.Assign) -> None:
        value = node.value
        targets = node.targets
        if len(targets) == 1 and type(targets[0]) in (ast.Tuple, ast.List) and type(value) in (ast.Tuple, ast.List):
            names: list[ast.expr] = targets[0].elts  # type: ignore[attr-defined]
            items: list[ast.expr] = value.elts  # type: ignore[attr-defined]
            if len(names) == len(items) and not any(type(item) is ast.Starred for item in names + items):
                for target, result in zip(names, [self.expression(item) for item in items]):
                    self.bind_target(target, result)
                return
        result = self.expression(value)
        for target in targets:
            self.bind_target(target, result)
            if type(target) is ast.Subscript:
                self.environment_item(target, value, node)

    def annotated_assign(self, node: ast.AnnAssign) -> None:
        self.expression(node.annotation)
        if node.value is not None:
            self.bind_target(node.target, self.expression(node.value))

    def augmented_assign(self, node: ast.AugAssign) -> None:
        self.expression(node.value)
        if type(node.target) is ast.Name:
            self.bind(node.target.id, None)
        else:
            self.expression(node.target)
            self.bind_target(node.target, None)

    def delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.bind_target(target, None)

    def import_(self, node: ast.Import) -> None:
        for alias, where in zip(node.names, alias_ranges(self.cell, node)):
            module = alias.name
            root = module.partition(".")[0]
            bound = alias.asname or root
            if concerns_us(module):
                add_module(self.bindings.imported, module)
                self.bind(bound, _as_tensorflow(module if alias.asname else root))
            elif bound in self.known or bound in self.bindings.names:
                self.bind(bound, None)
            self.found.append(
                Reference("import", module, where, module, module=module, bound=bound, guarded=self.guarded)
            )

    def import_from(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        ours = not node.level and concerns_us(module)
        if ours:
            add_module(self.bindings.imported, module)
        for alias, where in zip(node.names, alias_ranges(self.cell, node)):
            bound = alias.asname or alias.name
            if alias.name == "*":
                bound = ""
                if not ours:
                    self.forget_functions()
            elif ours:
                add_module(self.bindings.imported, f"{module}.{alias.name}")
                self.bind(bound, _as_tensorflow(f"{module}.{alias.name}"))
            elif bound in self.known or bound in self.bindings.names:
                self.bind(bound, None)
            if not node.level:
                name = module if alias.name == "*" else f"{module}.{alias.name}"
                self.found.append(
                    Reference("from", name, where, alias.name, module, alias.name, bound, guarded=self.guarded)
                )

    def forget_functions(self) -> None:
        """A star import from elsewhere may bring names of its own: numpy's has ``add``, ``dot``, ``concatenate``."""
        for name, value in list(self.scope.names.items()):
            if isinstance(value, str) and name[:1].islower() and value.endswith("." + name):
                self.bind(name, None)

    def function(self, node: Any) -> None:
        subclass = self.scope.subclass if self.scope.is_class else None
        static = False
        for decorator in node.decorator_list:
            self.expression(decorator)
            static = static or (type(decorator) is ast.Name and decorator.id in ("staticmethod", "classmethod"))
        self.annotations(node.args, node.returns)
        self.bind(node.name, None)
        self.defer(node.args, node.body, None if static else subclass)

    def annotations(self, arguments: ast.arguments, returns: ast.expr | None) -> None:
        for argument in _arguments(arguments):
            if argument.annotation is not None:
                self.expression(argument.annotation)
        if returns is not None:
            self.expression(returns)
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.expression(default)

    def lambda_(self, node: ast.Lambda) -> None:
        self.annotations(node.args, None)
        self.defer(node.args, (node.body,))

    def defer(
        self,
        arguments: ast.arguments,
        nodes: Sequence[ast.AST],
        owner: Subclass | None = None,
    ) -> None:
        names: dict[str, Value] = {argument.arg: None for argument in _arguments(arguments)}
        scope = _Scope(names, self.enclosing(), late=True)
        scope.inherited = self.scope.inherited
        positional = [*getattr(arguments, "posonlyargs", ()), *arguments.args]
        if owner and positional:
            names[positional[0].arg] = Instance(*owner)
        self.deferred.append(_Deferred(nodes, scope, self.guarded))

    def enclosing(self) -> _Scope | None:
        """The scope that a function or comprehension written here sees: a class's names are not among them."""
        scope: _Scope | None = self.scope
        while scope is not None and scope.is_class:
            scope = scope.parent
        return scope

    def class_(self, node: ast.ClassDef) -> None:
        evident = not node.keywords
        for decorator in node.decorator_list:
            self.expression(decorator)
            function = decorator.func if isinstance(decorator, ast.Call) else decorator
            evident = evident and "keras" in self.written(function)
        bases = [self.expression(base) for base in node.bases]
        for keyword in node.keywords:
            self.expression(keyword.value)
        subclass: Subclass | None = None
        outer = self.scope
        scope = self.scope = _Scope({}, outer)
        scope.is_class, scope.inherited = True, None
        if evident and len(bases) == 1:
            base = Subclass(bases[0]) if isinstance(bases[0], str) else bases[0]
            own = _defined(node.body)
            if isinstance(base, Subclass) and "__getattr__" not in own and "__getattribute__" not in own:
                subclass = scope.subclass = Subclass(base.base, base.own | own)
                scope.inherited = Instance(*base)
                self.known.update(("self", "super"))
        self.block(node.body)
        self.scope = outer
        self.bind(node.name, subclass)

    def global_(self, node: ast.Global) -> None:
        self.scope.globals.update(node.names)

    def nonlocal_(self, node: ast.Nonlocal) -> None:
        scope = self.scope.parent
        for name in node.names:
            while scope is not None and scope is not self.module:
                if name in scope.names:
                    scope.names[name] = None
                scope = scope.parent

    def with_(self, node: Any) -> None:
        before = self.guarded
        for item in node.items:
            call = item.context_expr
            self.expression(call)
            if item.optional_vars is not None:
                self.bind_target(item.optional_vars, None)
            if type(call) is ast.Call and _last_name(call.func) == "suppress":
                self.guarded = self.guarded or any(_catches(argument) for argument in call.args)
        self.block(node.body)
        self.guarded = before

    # Branches

    def trial(self, *bodies: Sequence[ast.stmt], target: ast.expr | None = None) -> _Outcome:
        """Read statements as one way that a program may go, and take their bindings back."""
        mark = len(self.changes)
        self.branches += 1
        if target is not None:
            self.bind_target(target, None)
        for body in bodies:
            self.block(body)
        self.branches -= 1
        outcome: _Outcome = {}
        for names, name, before in self.changes[mark:]:
            outcome.setdefault((id(names), name), (names, []))[1].append(before)
        del self.changes[mark:]
        for (_, name), (names, values) in outcome.items():
            values.append(names[name])
            if values[0] is _MISSING:
                del names[name]
            else:
                names[name] = values[0]
        return outcome

    def settle(self, ways: Sequence[tuple[_Outcome, Sequence[ast.AST]]], line: int, at_any_time: bool = False) -> None:
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
                elif (nodes and name in self.names_in(*nodes)) or self.is_mentioned_above(name, line):
                    values.append(None)
            values = [value for value in values if value is not _MISSING]
            agreed = all(value == values[0] for value in values)
            self.set(names, name, values[0] if agreed else None)

    def is_mentioned_above(self, name: str, line: int) -> bool:
        if self.first_lines is None:
            self.first_lines = {}
            for number, words in enumerate(self.words, 1):
                for word in words:
                    self.first_lines.setdefault(word, number)
        return self.first_lines.get(name, line) < line

    def if_(self, node: ast.If) -> None:
        before = self.guarded
        self.expression(node.test)
        self.guarded = before or self.is_version_test(node.test)
        bodies = (node.body, node.orelse)
        outcomes = [self.trial(body) for body in bodies]
        self.settle([(outcome, body) for outcome, body in zip(outcomes, bodies) if not _leaves(body)], node.lineno)
        self.guarded = before

    def for_(self, node: Any) -> None:
        self.expression(node.iter)
        outcome = self.trial(node.body, node.orelse, target=node.target)
        self.settle([(outcome, ()), ({}, ())], node.lineno, at_any_time=True)

    def while_(self, node: ast.While) -> None:
        self.expression(node.test)
        outcome = self.trial(node.body, node.orelse)
        self.settle([(outcome, ()), ({}, ())], node.lineno, at_any_time=True)

    def try_(self, node: Any) -> None:
        before = self.guarded
        self.guarded = before or any(_catches(handler.type) for handler in node.handlers)
        success = self.trial(node.body, node.orelse)
        final = {key: (names, values[-1:]) for key, (names, values) in success.items()}
        # A handler sees what the body had done when it stopped.
        self.settle([(success, ())], node.lineno, at_any_time=True)
        ways: list[tuple[_Outcome, Sequence[ast.AST]]] = [(final, [*node.body, *node.orelse])]
        for handler in node.handlers:
            if handler.type is not None:
                self.expression(handler.type)
            if handler.name:
                self.bind(handler.name, None)
            outcome = self.trial(handler.body)
            if not _leaves(handler.body):
                ways.append((outcome, handler.body))
        self.settle(ways, node.lineno)
        self.guarded = before
        self.block(node.finalbody)

    def match(self, node: Any) -> None:
        self.expression(node.subject)
        ways: list[tuple[_Outcome, Sequence[ast.AST]]] = [({}, ())]
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(name, str):
                    self.bind(name, None)
                elif isinstance(pattern, ast.expr):
                    self.expression(pattern)
            if case.guard is not None:
                self.expression(case.guard)
            ways.append((self.trial(case.body), case.body))
        self.settle(ways, node.lineno)

    def is_version_test(self, test: ast.expr) -> bool:
        """Whether a test asks what is installed, or is never true."""
        if type(test) is ast.Constant:
            return not test.value
        return bool(_VERSION_TEST.search(self.cell.segment(self.where(test))))

    # Names

    def lookup(self, name: str) -> Value:
        scope: _Scope | None = self.scope
        late = False
        while scope is not None:
            if name in scope.globals:
                scope, late = self.module, True
            if name in scope.names:
                return None if late and (id(scope.names), name) in self.unsteady else scope.names[name]
            late = late or scope.late
            scope = scope.parent
        return None

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
        before = names.get(name, _MISSING)
        if self.branches:
            self.changes.append((names, name, before))
        if before is not _MISSING and before != value:
            self.unsteady.add((id(names), name))
        names[name] = value
        if value is not None:
            self.known.add(name)

    def bind_target(self, target: ast.expr, value: Value) -> None:
        kind = type(target)
        if kind is ast.Name:
            self.bind(target.id, value)  # type: ignore[attr-defined]
        elif kind is ast.Attribute:
            assert isinstance(target, ast.Attribute)
            owner = self.expression(target.value)
            self.bindings.assigned.add(f"{owner}.{target.attr}" if isinstance(owner, str) else target.attr)
        elif kind in (ast.Tuple, ast.List):
            for item in target.elts:  # type: ignore[attr-defined]
                self.bind_target(item, None)
        elif kind is ast.Starred:
            self.bind_target(target.value, None)  # type: ignore[attr-defined]
        else:
            self.children(target)

    # Expressions

    def expression(self, node: ast.expr) -> Value:
        kind = type(node)
        if kind is ast.Constant:
            return None
        if kind is ast.Name:
            return self.lookup(node.id)  # type: ignore[attr-defined]
        return _EXPRESSIONS.get(kind, _Reader.children)(self, node)

    def where(self, node: Any) -> Range:
        if self.whole:
            return self.whole
        if self.plain:
            return Range(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        return self.cell.range(node)

    def written(self, node: ast.expr) -> str:
        parts: list[str] = []
        inner = node
        while type(inner) is ast.Attribute:
            parts.append(inner.attr)
            inner = inner.value
        if type(inner) is not ast.Name:
            return self.cell.segment(self.where(node))
        parts.append(inner.id)
        return ".".join(reversed(parts))

    def attribute(self, node: ast.Attribute, call: ast.Call | None = None) -> Value:
        chain = [node]
        inner = node.value
        while type(inner) is ast.Attribute:
            chain.append(inner)
            inner = inner.value
        value = self.lookup(inner.id) if type(inner) is ast.Name else self.expression(inner)
        if value is None:
            return None
        if type(value) is str:
            attributes = "." + ".".join([link.attr for link in reversed(chain)])
            name = value + attributes
            if name not in self.bindings.assigned:
                written = inner.id + attributes if type(inner) is ast.Name else self.written(node)
                self.found.append(Reference("attribute", name, self.member(node), written, guarded=self.guarded))
            return name
        if isinstance(value, Instance):
            first = chain[-1]
            if first.attr not in value.own:
                arguments = _arguments_of(call) if call is not None and first is node else {}
                self.found.append(
                    Reference(
                        "method",
                        f"{value.base}.{first.attr}",
                        self.member(first),
                        self.written(first),
                        guarded=self.guarded,
                        **arguments,
                    )
                )
        return None

    def member(self, node: ast.Attribute) -> Range:
        if self.whole:
            return self.whole
        line: int = node.end_lineno  # type: ignore[assignment]
        end = self.cell.column(line, node.end_col_offset)  # type: ignore[arg-type]
        return Range(line, end - len(node.attr), line, end)

    def call(self, node: ast.Call) -> Value:
        function = node.func
        value: Value
        if type(function) is ast.Attribute:
            last = function.attr
            value = self.attribute(function, node)
        elif type(function) is ast.Name:
            last = function.id
            value = self.lookup(last)
        else:
            last = ""
            value = self.expression(function)
        for argument in node.args:
            if type(argument) is not ast.Constant:
                self.expression(argument)
        for keyword in node.keywords:
            if type(keyword.value) is not ast.Constant:
                self.expression(keyword.value)
        if type(value) is str:
            self.found.append(
                Reference(
                    "call", value, self.where(node), self.written(function), guarded=self.guarded, **_arguments_of(node)
                )
            )
            if "keras" in value:
                self.identifiers(node, value)
            return Instance(value) if _is_class_name(value) else None
        if isinstance(value, Subclass):
            return Instance(*value)
        if last == "compile":
            self.compile_identifiers(node)
        elif last in _SPECIAL and value is None:
            return _SPECIAL[last](self, node)
        return None

    def identifiers(self, node: ast.Call, name: str) -> None:
        """The strings among the arguments that Keras resolves by name."""
        owner, _, function = name.rpartition(".")
        if node.args:
            if function == "Activation":
                self.identifier("activation", node.args[0])
            elif function == "get" and owner.rpartition(".")[2] in _GETTERS:
                self.identifier(_GETTERS[owner.rpartition(".")[2]], node.args[0])
        self.identifier_keywords(node)

    def identifier_keywords(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            name = keyword.arg
            if name is None:
                continue
            kind = _IDENTIFIERS.get(name)
            if kind is None:
                suffix = name.rpartition("_")[2]
                kind = suffix if suffix in _IDENTIFIER_SUFFIXES else None
            if kind is not None:
                self.identifier(kind, keyword.value)

    def compile_identifiers(self, node: ast.Call) -> None:
        if any(keyword.arg in _COMPILE for keyword in node.keywords) or (
            len(node.args) > 1 and not any(type(argument) is ast.Starred for argument in node.args)
        ):
            for kind, argument in zip(("optimizer", "loss", "metric"), node.args):
                self.identifier(kind, argument)
            self.identifier_keywords(node)

    def identifier(self, kind: str, node: ast.expr) -> None:
        """A string, or the strings in a list or in the values of a dictionary."""
        if type(node) is ast.Constant:
            if type(node.value) is str:
                self.found.append(
                    Reference("string", f"{kind}:{node.value}", self.where(node), node.value, guarded=self.guarded)
                )
        elif isinstance(node, (ast.List, ast.Tuple)):
            for item in node.elts:
                self.identifier(kind, item)
        elif type(node) is ast.Dict:
            for item in node.values:
                self.identifier(kind, item)

    def super_(self, node: ast.Call) -> Value:
        return self.scope.inherited

    def import_module(self, node: ast.Call) -> Value:
        """``importlib.import_module("a.b")`` and ``__import__("a.b")``, which gives ``a``."""
        module = _string(node.args[0]) if node.args else None
        if not module or module.startswith("."):
            return None
        self.found.append(Reference("import", module, self.where(node), module, module=module, guarded=self.guarded))
        if not concerns_us(module):
            return None
        add_module(self.bindings.imported, module)
        return module.partition(".")[0] if _last_name(node.func) == "__import__" else module

    def setattr_(self, node: ast.Call) -> Value:
        name = _string(node.args[1]) if len(node.args) > 1 else None
        self.bindings.assigned.add(name or "*")
        return None

    def environment_call(self, node: ast.Call) -> Value:
        """``os.putenv("X", "1")``, ``os.environ.setdefault("X", "1")``, ``os.environ.update(X="1")``."""
        function = node.func
        if _last_name(function) != "putenv" and not (
            type(function) is ast.Attribute and _last_name(function.value) == "environ"
        ):
            return None
        if _last_name(function) == "update":
            for argument in node.args:
                if type(argument) is ast.Dict:
                    for key, value in zip(argument.keys, argument.values):
                        self.setting(_string(key), value, node)
            for keyword in node.keywords:
                self.setting(keyword.arg, keyword.value, node)
        elif len(node.args) == 2:
            self.setting(_string(node.args[0]), node.args[1], node)
        return None

    def environment_item(self, target: ast.Subscript, value: ast.expr, statement: ast.stmt) -> None:
        if _last_name(target.value) == "environ":
            key: Any = target.slice
            self.setting(
                _string(getattr(key, "value", key) if type(key).__name__ == "Index" else key), value, statement
            )

    def setting(self, name: str | None, value: ast.expr, node: ast.AST) -> None:
        if name:
            where = self.where(node)
            written = self.cell.segment(where)
            self.found.append(Reference("setting", name, where, written, value=_string(value), guarded=self.guarded))

    def command(self, command: Command) -> None:
        """One of IPython's lines."""
        end = command.column + len(self.cell.lines[command.line - 1].rstrip()) - command.column
        where = Range(command.line, command.column, command.line, max(end, command.column))
        requirements, options = installs(command.text)
        for requirement in requirements:
            self.found.append(
                Reference("install", requirement, where, command.text, keywords=options, guarded=self.guarded)
            )
        name, value = setting(command.text)
        if name:
            self.found.append(Reference("setting", name, where, command.text, value=value, guarded=self.guarded))

    def f_string(self, node: ast.JoinedStr) -> None:
        before = self.whole
        if not _F_STRINGS_HAVE_POSITIONS:
            self.whole = self.where(node)
        for part in node.values:
            if type(part) is not ast.Constant:
                self.expression(part)
        self.whole = before

    def walrus(self, node: ast.NamedExpr) -> Value:
        value = self.expression(node.value)
        self.bind_target(node.target, value)
        return value

    def conditional(self, node: ast.IfExp) -> Value:
        before = self.guarded
        self.expression(node.test)
        self.guarded = before or self.is_version_test(node.test)
        one, other = self.expression(node.body), self.expression(node.orelse)
        self.guarded = before
        return one if one == other else None

    def any_or_all(self, node: ast.BoolOp) -> None:
        before = self.guarded
        for value in node.values:
            self.expression(value)
            self.guarded = self.guarded or self.is_version_test(value)
        self.guarded = before

    def binary(self, node: ast.BinOp) -> None:
        """Long sums lean to the left: walk them without recursion."""
        right: list[ast.expr] = []
        inner: ast.expr = node
        while type(inner) is ast.BinOp:
            right.append(inner.right)
            inner = inner.left
        self.expression(inner)
        for operand in reversed(right):
            self.expression(operand)

    def sequence(self, node: Any) -> None:
        for item in node.elts:
            if type(item) is not ast.Constant:
                self.expression(item)

    def comprehension(self, node: Any) -> None:
        outer = self.scope
        scope = _Scope({}, self.enclosing())
        scope.is_comprehension, scope.inherited = True, outer.inherited
        for generator in node.generators:
            self.expression(generator.iter)
            self.scope = scope
            for target in ast.walk(generator.target):
                if type(target) is ast.Name:
                    scope.names[target.id] = None
            for test in generator.ifs:
                self.expression(test)
        if type(node) is ast.DictComp:
            self.expression(node.key)
            self.expression(node.value)
        else:
            self.expression(node.elt)
        self.scope = outer


_STATEMENTS: dict[type, Callable[[_Reader, Any], Any]] = {
    ast.Expr: _Reader.expression_statement,
    ast.Assign: _Reader.assign,
    ast.AnnAssign: _Reader.annotated_assign,
    ast.AugAssign: _Reader.augmented_assign,
    ast.Delete: _Reader.delete,
    ast.Import: _Reader.import_,
    ast.ImportFrom: _Reader.import_from,
    ast.FunctionDef: _Reader.function,
    ast.AsyncFunctionDef: _Reader.function,
    ast.ClassDef: _Reader.class_,
    ast.Global: _Reader.global_,
    ast.Nonlocal: _Reader.nonlocal_,
    ast.With: _Reader.with_,
    ast.AsyncWith: _Reader.with_,
    ast.If: _Reader.if_,
    ast.For: _Reader.for_,
    ast.AsyncFor: _Reader.for_,
    ast.While: _Reader.while_,
    ast.Try: _Reader.try_,
}
for _name, _read in (("TryStar", _Reader.try_), ("Match", _Reader.match)):  # Python 3.11, 3.10
    if hasattr(ast, _name):
        _STATEMENTS[getattr(ast, _name)] = _read

_EXPRESSIONS: dict[type, Callable[[_Reader, Any], Value]] = {
    ast.Attribute: _Reader.attribute,
    ast.Call: _Reader.call,
    ast.Lambda: _Reader.lambda_,
    ast.JoinedStr: _Reader.f_string,
    ast.NamedExpr: _Reader.walrus,
    ast.IfExp: _Reader.conditional,
    ast.BoolOp: _Reader.any_or_all,
    ast.BinOp: _Reader.binary,
    ast.Tuple: _Reader.sequence,
    ast.List: _Reader.sequence,
    ast.Set: _Reader.sequence,
    **dict.fromkeys(_COMPREHENSIONS, _Reader.comprehension),
}

_SPECIAL: dict[str, Callable[[_Reader, ast.Call], Value]] = {
    "super": _Reader.super_,
    "import_module": _Reader.import_module,
    "__import__": _Reader.import_module,
    "setattr": _Reader.setattr_,
    "putenv": _Reader.environment_call,
    "setdefault": _Reader.environment_call,
    "update": _Reader.environment_call,
}


def _words(cell: Cell) -> list[list[str]]:
    """The words on each line of a cell, its names among them."""
    text = cell.text
    if text.isascii() and "\r" not in text:
        words = [line.split() for line in text.translate(_BLANKS).split("\n")]
    else:
        words = [_WORD.findall(unicodedata.normalize("NFKC", line)) for line in cell.lines]
    for number, found in enumerate(words):
        if len(found) > _MANY:  # many statements may stand there, and each would search it
            words[number] = _ANYTHING
    for command in cell.commands:
        words[command.line - 1] = _ANYTHING
    return words


def _position(reference: Reference) -> tuple[int, int]:
    return reference.range.line, reference.range.column


def _as_tensorflow(module: str) -> str:
    """``tf`` in an import statement is a mistake for tensorflow; what it would have bound is tensorflow's."""
    return "tensorflow" + module[2:] if module == "tf" or module.startswith("tf.") else module


def _leaves(body: Sequence[ast.stmt]) -> bool:
    """Whether a block never gets to its end."""
    return bool(body) and isinstance(body[-1], (ast.Raise, ast.Return, ast.Continue, ast.Break))


def _catches(kind: ast.expr | None) -> bool:
    """Whether an except clause catches a name that is not there."""
    if kind is None:
        return True
    if isinstance(kind, ast.Tuple):
        return any(_catches(item) for item in kind.elts)
    return _last_name(kind) in _CATCHES


def _last_name(node: ast.expr) -> str:
    if type(node) is ast.Attribute:
        return node.attr
    return node.id if type(node) is ast.Name else ""


def _string(node: Any) -> str | None:
    return node.value if type(node) is ast.Constant and type(node.value) is str else None


def _arguments(arguments: ast.arguments) -> Iterable[ast.arg]:
    yield from arguments.posonlyargs
    yield from arguments.args
    yield from arguments.kwonlyargs
    for argument in (arguments.vararg, arguments.kwarg):
        if argument is not None:
            yield argument


def _arguments_of(node: ast.Call) -> dict[str, Any]:
    """What a call passes, as the fields of a Reference."""
    starred = sum(type(argument) is ast.Starred for argument in node.args)
    keywords = tuple(keyword.arg for keyword in node.keywords if keyword.arg is not None)
    return {
        "positional": len(node.args) - starred,
        "keywords": keywords,
        "open_ended": bool(starred) or len(keywords) < len(node.keywords),
    }


def _is_class_name(name: str) -> bool:
    """By the packages' convention. ``Input`` and the applications (``VGG16``) are functions."""
    last = name.rpartition(".")[2]
    return last[:1].isupper() and last != "Input" and ".applications" not in name


def _defined(body: Sequence[ast.stmt]) -> frozenset[str]:
    """Names that a class body binds."""
    names: set[str] = set()
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        else:
            names.update(child.id for child in ast.walk(node) if type(child) is ast.Name)
    return frozenset(names)

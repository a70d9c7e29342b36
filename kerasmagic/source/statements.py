"""Statements, in the order in which they run: what they bind, and which ways a program may go."""

from __future__ import annotations

import ast
from typing import Any, Callable, Container, Sequence

from . import settings
from .bindings import Bindings, add_module, concerns_us
from .cell import Cell, Command
from .expressions import Expressions, is_class_name
from .layout import alias_ranges
from .nodes import ambiguous_attributes, defined, last_name, leaves, local_values, returned
from .reference import Reference
from .scopes import Outcome, Scope
from .values import Function, Instance, Items, Parameter, Subclass, Value

_CATCHES = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "BaseException"})
_REFUSALS = frozenset({"TypeError", "ValueError"})


class Statements(Expressions):
    """Reads statements that mention a name that is followed; the others are passed over."""

    def __init__(self, cell: Cell, bindings: Bindings) -> None:
        super().__init__(cell, bindings)
        self.commands: dict[int, Command] = {command.line: command for command in cell.commands}

    def block(self, body: Sequence[ast.stmt]) -> None:
        known, words, commands = self.known, self.words.on, self.commands
        for node in body:
            line = node.lineno
            if commands and line in commands:
                self.command(commands[line])
            if not known.isdisjoint(words[line - 1]) or self.concerns(node):
                read: Callable[[Statements, Any], Any] = _STATEMENTS.get(type(node)) or Statements.children
                read(self, node)
            elif type(node) is ast.FunctionDef and node.args.args and self.scope is self.module:
                self.plain_function(node)

    def command(self, command: Command) -> None:
        self.note_settings(settings.in_command(command, self.cell, self.guarded))

    def concerns(self, node: Any) -> bool:
        """Whether a name that we follow stands on the statement's lines; other statements need no walk."""
        decorators = getattr(node, "decorator_list", None)
        if not decorators and node.lineno == node.end_lineno:
            return not self.known.isdisjoint(self.words.on[node.lineno - 1])
        first = decorators[0].lineno if decorators else node.lineno
        return not all(map(self.known.isdisjoint, self.words.on[first - 1 : node.end_lineno]))

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
                name = settings.in_assignment(target)
                if name:
                    self.note_setting(name, value, node)
            elif type(target) is ast.Attribute and target.attr == "trainable":
                self.note_training(target, str(value.value) if type(value) is ast.Constant else "")

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
        function: Function | None = None
        if type(node) is ast.FunctionDef and not node.decorator_list:
            if subclass and subclass.of:
                function = self.own_function(node, f"{subclass.of}.{node.name}", skip=1)
                self.bindings.members[subclass.of, node.name] = function
            elif self.scope is self.module:
                function = self.own_function(node, node.name)
                if function.returns is None:
                    self.know(function)
        self.bind(node.name, None if subclass or function is None or function.returns is None else function)
        self.defer(node.args, node.body, None if static else subclass, function.name if function else "")

    def plain_function(self, node: ast.FunctionDef) -> None:
        """A function that has nothing of ours in it, unless it is called with something of ours."""
        if node.decorator_list:
            return
        last = node.body[-1]
        if type(last) is ast.Return and type(last.value) is ast.Name:  # it may give back what it was given
            self.function(node)
        else:
            named = tuple(each.arg for each in (*node.args.posonlyargs, *node.args.args))
            self.know(Function(node.name, named))
            self.defer(node.args, node.body, name=node.name)

    def know(self, function: Function) -> None:
        """Read what is called with, from here on."""
        self.bindings.functions[function.name] = function
        self.known.add(function.name)

    def own_function(self, node: ast.FunctionDef, name: str, skip: int = 0) -> Function:
        named = [each.arg for each in (*node.args.posonlyargs, *node.args.args)][skip:]
        results = returned(node)
        local = local_values(node) if results else {}
        values = [self.evident(result, local) for result in results]
        agreed = values and all(value == values[0] for value in values)
        return Function(name, tuple(named), values[0] if agreed else None)

    def evident(self, node: ast.expr, local: dict[str, ast.AST | None], depth: int = 5) -> Any:
        """What an expression in a function is, as far as that shows before the function is read."""
        if isinstance(node, ast.Name):
            value = local.get(node.id)
            if isinstance(value, ast.arg):
                return Parameter(node.id)
            return self.evident(value, local, depth - 1) if isinstance(value, ast.expr) and depth else None
        if isinstance(node, ast.Tuple):
            items = tuple(self.evident(item, local, depth) for item in node.elts)
            return Items(items) if any(item is not None for item in items) else None
        if not isinstance(node, ast.Call):
            return None
        parts: list[str] = []
        inner: ast.expr = node.func
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name) or inner.id in local:
            return None
        root = self.lookup(inner.id)
        if isinstance(root, Subclass) and not parts:
            return Instance(*root)
        if isinstance(root, Function) and not parts:
            return root.returns if isinstance(root.returns, (Instance, str)) else None
        name = ".".join([root, *reversed(parts)]) if type(root) is str else ""
        return Instance(name) if is_class_name(name) else None

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
        scope = self.scope = Scope({}, outer)
        scope.is_class, scope.inherited = True, None
        own = defined(node.body)
        if evident and "__getattr__" not in own and "__getattribute__" not in own:
            subclass = scope.subclass = self.subclass(node, bases, own, scope)
        if subclass:
            self.known.update(("self", "super"))
        self.block(node.body)
        self.scope = outer
        self.bind(node.name, subclass)

    def subclass(
        self, node: ast.ClassDef, bases: Sequence[Value], own: frozenset[str], scope: Scope
    ) -> Subclass | None:
        """A class of the user's: below one of Keras's, or below none."""
        of = node.name if scope.parent is self.module else ""
        for key in [key for key in self.bindings.members if key[0] == of]:
            del self.bindings.members[key]
        if of:
            for name in ambiguous_attributes(node):
                self.bindings.members[of, name] = None
        if not bases or [last_name(base) for base in node.bases] == ["object"]:
            return Subclass("", own, of) if of else None
        base = Subclass(bases[0]) if isinstance(bases[0], str) else bases[0]
        if len(bases) != 1 or not isinstance(base, Subclass):
            return None
        scope.inherited = Instance(*base) if base.base else None
        for (owner, name), value in list(self.bindings.members.items()):
            if of and owner == base.of:
                self.bindings.members.setdefault((of, name), value)
        return Subclass(base.base, base.own | own, of)

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
            if type(call) is ast.Call and last_name(call.func) == "suppress":
                self.guarded = self.guarded or any(_catches(argument, _CATCHES) for argument in call.args)
        self.block(node.body)
        self.guarded = before

    # Branches

    def trial(self, *bodies: Sequence[ast.stmt], target: ast.expr | None = None, value: Value = None) -> Outcome:
        """Read statements as one way that a program may go, and take their bindings back."""
        mark = self.open_branch()
        if target is not None:
            self.bind_target(target, value)
        for body in bodies:
            self.block(body)
        return self.close_branch(mark)

    def if_(self, node: ast.If) -> None:
        before = self.guarded
        self.expression(node.test)
        self.guarded = before or self.is_version_test(node.test)
        bodies = (node.body, node.orelse)
        outcomes = [self.trial(body) for body in bodies]
        self.settle([(outcome, body) for outcome, body in zip(outcomes, bodies) if not leaves(body)], node.lineno)
        self.guarded = before

    def for_(self, node: Any) -> None:
        items = self.expression(node.iter)
        value = items.each() if type(items) is Items else None
        outcome = self.trial(node.body, node.orelse, target=node.target, value=value)
        self.settle([(outcome, ()), ({}, ())], node.lineno, at_any_time=True)

    def while_(self, node: ast.While) -> None:
        self.expression(node.test)
        outcome = self.trial(node.body, node.orelse)
        self.settle([(outcome, ()), ({}, ())], node.lineno, at_any_time=True)

    def try_(self, node: Any) -> None:
        before = self.guarded, self.attempted
        self.guarded = self.guarded or any(_catches(handler.type, _CATCHES) for handler in node.handlers)
        self.attempted = self.attempted or any(_catches(handler.type, _REFUSALS) for handler in node.handlers)
        success = self.trial(node.body, node.orelse)
        final = {key: (names, values[-1:]) for key, (names, values) in success.items()}
        # A handler sees what the body had done when it stopped.
        self.settle([(success, ())], node.lineno, at_any_time=True)
        ways: list[tuple[Outcome, Sequence[ast.AST]]] = [(final, [*node.body, *node.orelse])]
        for handler in node.handlers:
            if handler.type is not None:
                self.expression(handler.type)
            if handler.name:
                self.bind(handler.name, None)
            outcome = self.trial(handler.body)
            if not leaves(handler.body):
                ways.append((outcome, handler.body))
        self.settle(ways, node.lineno)
        self.guarded, self.attempted = before
        self.block(node.finalbody)

    def match(self, node: Any) -> None:
        self.expression(node.subject)
        ways: list[tuple[Outcome, Sequence[ast.AST]]] = [({}, ())]
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


_STATEMENTS: dict[type, Callable[[Statements, Any], Any]] = {
    ast.Expr: Statements.expression_statement,
    ast.Assign: Statements.assign,
    ast.AnnAssign: Statements.annotated_assign,
    ast.AugAssign: Statements.augmented_assign,
    ast.Delete: Statements.delete,
    ast.Import: Statements.import_,
    ast.ImportFrom: Statements.import_from,
    ast.FunctionDef: Statements.function,
    ast.AsyncFunctionDef: Statements.function,
    ast.ClassDef: Statements.class_,
    ast.Global: Statements.global_,
    ast.Nonlocal: Statements.nonlocal_,
    ast.With: Statements.with_,
    ast.AsyncWith: Statements.with_,
    ast.If: Statements.if_,
    ast.For: Statements.for_,
    ast.AsyncFor: Statements.for_,
    ast.While: Statements.while_,
    ast.Try: Statements.try_,
}
for _name, _read in (("TryStar", Statements.try_), ("Match", Statements.match)):  # Python 3.11, 3.10
    if hasattr(ast, _name):
        _STATEMENTS[getattr(ast, _name)] = _read


def _as_tensorflow(module: str) -> str:
    """``tf`` in an import statement is a mistake for tensorflow; what it would have bound is tensorflow's."""
    return "tensorflow" + module[2:] if module == "tf" or module.startswith("tf.") else module


def _catches(kind: ast.expr | None, names: Container[str]) -> bool:
    """Whether an except clause catches one of these exceptions."""
    if kind is None:
        return True
    if isinstance(kind, ast.Tuple):
        return any(_catches(item, names) for item in kind.elts)
    return last_name(kind) in names

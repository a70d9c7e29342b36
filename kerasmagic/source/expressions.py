"""What expressions ask for, and what they stand for."""

from __future__ import annotations

import ast
import re
from typing import Any, Callable, Iterable, Mapping, NamedTuple, Sequence

from . import identifiers, settings
from .bindings import Bindings, add_module, concerns_us
from .cell import F_STRINGS_HAVE_POSITIONS, Cell
from .nodes import index, last_name, parameters, passed, string
from .position import Range
from .reference import Passed, Reference
from .scopes import Names, Scope
from .shell import installs
from .values import Function, Instance, Items, Parameter, Subclass, Value
from .words import Words

_VERSION_TEST = re.compile(r"version|hasattr|TYPE_CHECKING|find_spec", re.IGNORECASE)
_CHANGES = frozenset({"append", "extend", "insert", "pop", "remove", "reverse", "sort", "clear"})
"""Methods after which a list holds other things."""
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Deferred(NamedTuple):
    """A function's body, to be read when all names of the cell are known."""

    nodes: Sequence[ast.AST]
    scope: Scope
    guarded: bool
    name: str
    """Of a function that may be called by name: ``build``, ``Trainer.build``; empty for any other."""


class Expressions(Names):
    """Reads expressions: gives what each stands for, and notes what it asks for.

    Attributes:
        found: the references so far.
        guarded: what is read now is not certain to run.
        attempted: what is read now may refuse its arguments: ``except TypeError`` catches that.
        deferred: functions' bodies that are still to be read.
    """

    def __init__(self, cell: Cell, bindings: Bindings) -> None:
        super().__init__(Words(cell), bindings)
        self.cell = cell
        self.found: list[Reference] = []
        self.guarded = False
        self.attempted = False
        self.deferred: list[Deferred] = []
        self.whole: Range | None = None  # stands for all positions inside an f-string that has none
        self.plain = not cell.shifts and cell.parsed.isascii()

    def expression(self, node: ast.expr) -> Value:
        kind = type(node)
        if kind is ast.Constant:
            return None
        if kind is ast.Name:
            value = self.lookup(node.id)  # type: ignore[attr-defined]
            function = value or self.bindings.functions.get(node.id)  # type: ignore[attr-defined]
            if type(function) is Function:
                self.let_go(function)
            return value
        read: Callable[[Expressions, Any], Value] = _EXPRESSIONS.get(kind) or Expressions.children
        return read(self, node)

    def let_go(self, function: Function) -> None:
        """A function that is handed on may be called with anything."""
        self.bindings.called(function.name, dict.fromkeys(function.parameters))

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

    def attribute(self, node: ast.Attribute, call: ast.Call | None = None) -> Value:
        chain = [node]
        inner = node.value
        while type(inner) is ast.Attribute:
            chain.append(inner)
            inner = inner.value
        value = self.lookup(inner.id) if type(inner) is ast.Name else self.expression(inner)
        shown = self.bindings.shown
        if type(value) is not str and (value is not None or shown):
            while chain:
                if value is None:
                    value = shown.get(self.written(chain[-1].value))
                if type(value) is str:
                    break
                value = self.member_of(value, chain.pop(), node, call)
                if value is None and not shown:
                    return None
                inner = node
        if type(value) is str and chain:
            attributes = "." + ".".join([link.attr for link in reversed(chain)])
            name = value + attributes
            if name not in self.bindings.assigned:
                written = inner.id + attributes if type(inner) is ast.Name else self.written(node)
                self.found.append(Reference("attribute", name, self.member(node), written, guarded=self.guarded))
            return name
        return value

    def member_of(self, value: Value, link: ast.Attribute, node: ast.Attribute, call: ast.Call | None) -> Value:
        """What an attribute of an object is; that it is asked for is noted where its class is Keras's."""
        if type(value) is not Instance:
            return None
        if value.base and link.attr not in value.own:
            arguments = passed(call) if call is not None and link is node else {}
            self.found.append(
                Reference(
                    "method",
                    f"{value.base}.{link.attr}",
                    self.member(link),
                    self.written(link),
                    guarded=self.guarded or (self.attempted and bool(arguments)),
                    **arguments,
                )
            )
        return self.bindings.members.get((value.of, link.attr)) if value.of else None

    def call(self, node: ast.Call) -> Value:
        function = node.func
        value: Value
        if type(function) is ast.Attribute:
            last = function.attr
            value = self.attribute(function, node)
        elif type(function) is ast.Name:
            last = function.id
            value = self.lookup(last) or self.bindings.functions.get(last)
        else:
            last = ""
            value = self.expression(function)
        if type(value) is Function:
            return self.call_of_own(value, node)
        if type(value) is Subclass and (value.of, "__init__") in self.bindings.members:
            self.call_of_own(self.bindings.members[value.of, "__init__"], node)  # type: ignore[arg-type]
            return Instance(*value)
        method = len(self.found) - 1
        passes: list[Passed] = []
        for number, argument in enumerate(node.args):
            kind = type(argument)
            if kind is ast.List:
                self.items(str(number), argument, passes)
            elif kind is not ast.Constant:
                given = self.expression(argument)
                if type(given) is Instance and given.base:
                    passes.append(Passed(str(number), given, self.where(argument)))
        for keyword in node.keywords:
            kind = type(keyword.value)
            if kind is ast.List:
                self.items(keyword.arg or "**", keyword.value, passes)
            elif kind is not ast.Constant:
                given = self.expression(keyword.value)
                if type(given) is Instance and given.base:
                    passes.append(Passed(keyword.arg or "**", given, self.where(keyword.value)))
        if type(value) is str:
            self.note_call(value, node, passes)
            return Instance(value) if is_class_name(value) else None
        if isinstance(value, Subclass):
            return Instance(*value)
        if passes and type(function) is ast.Attribute and method >= 0:
            asked = self.found[method]
            if asked.kind == "method" and asked.range == self.member(function):
                self.found[method] = asked._replace(passes=tuple(passes))
                if last == "compile":
                    for each in passes:
                        self.bindings.remember(id(each.value), self.found[method])
        if last == "compile" and type(function) is ast.Attribute:
            self.note_training(function, "")
            self.note_strings(identifiers.in_compile(node))
        elif last in _CHANGES and type(function) is ast.Attribute and type(function.value) is ast.Name:
            if type(self.lookup(function.value.id)) is Items:
                self.bind(function.value.id, None)
        elif last in _SPECIAL and value is None:
            return _SPECIAL[last](self, node)
        return None

    def call_of_own(self, function: Function, node: ast.Call) -> Value:
        """A call of a function of the user's: what it is given, and what it gives back."""
        given: dict[str, Value] = dict.fromkeys(function.parameters)
        for number, argument in enumerate(node.args):
            value = self.expression(argument)
            if number < len(function.parameters):
                given[function.parameters[number]] = value
        for keyword in node.keywords:
            value = self.expression(keyword.value)
            if keyword.arg is not None:
                given[keyword.arg] = value
        if any(type(argument) is ast.Starred for argument in node.args) or None in (each.arg for each in node.keywords):
            given = dict.fromkeys(given)
        self.bindings.called(function.name, given)
        return _with(function.returns, given)

    def items(self, keyword: str, node: Any, passes: list[Passed]) -> None:
        """Read a list that is an argument, and keep the objects in it."""
        for item in node.elts:
            if type(item) is ast.List:
                self.items(keyword, item, passes)
            elif type(item) is not ast.Constant:
                given = self.expression(item)
                if type(given) is Instance and given.base:
                    passes.append(Passed(keyword, given, self.where(item)))

    def note_call(self, name: str, node: ast.Call, passes: list[Passed]) -> None:
        where, written = self.where(node), self.written(node.func)
        guarded = self.guarded or self.attempted
        reference = Reference("call", name, where, written, passes=tuple(passes), guarded=guarded, **passed(node))
        self.found.append(reference)
        if "keras" in name:
            self.note_strings(identifiers.in_call(node, name))
            if identifiers.registers_objects(name):
                self.bindings.remember("strings", reference)

    def note_strings(self, found: Iterable[identifiers.Identifier]) -> None:
        for kind, text, node in found:
            reference = Reference("string", f"{kind}:{text}", self.where(node), text, guarded=self.guarded)
            self.found.append(reference)
            if kind == "metric":
                self.bindings.remember(kind, reference)

    def note_training(self, node: ast.Attribute, value: str) -> None:
        """``model.compile`` and ``model.trainable = False``, by the model as written: their order decides what is
        trained."""
        reference = Reference("trains", node.attr, self.where(node), self.written(node.value), value=value)
        self.bindings.remember("trains", reference)

    def note_setting(self, name: str, value: ast.expr, node: ast.AST) -> None:
        where = self.where(node)
        written = self.cell.segment(where)
        self.note_settings([Reference("setting", name, where, written, value=string(value), guarded=self.guarded)])

    def note_settings(self, found: Iterable[Reference]) -> None:
        for reference in found:
            self.found.append(reference)
            about = reference.name if reference.kind == "setting" else reference.kind
            self.bindings.remember(about, reference)

    def super_(self, node: ast.Call) -> Value:
        return self.scope.inherited

    def import_module(self, node: ast.Call) -> Value:
        """``importlib.import_module("a.b")`` and ``__import__("a.b")``, which gives ``a``."""
        module = string(node.args[0]) if node.args else None
        if not module or module.startswith("."):
            return None
        self.found.append(Reference("import", module, self.where(node), module, module=module, guarded=self.guarded))
        if not concerns_us(module):
            return None
        add_module(self.bindings.imported, module)
        return module.partition(".")[0] if last_name(node.func) == "__import__" else module

    def setattr_(self, node: ast.Call) -> Value:
        name = string(node.args[1]) if len(node.args) > 1 else None
        self.bindings.assigned[name or "*"] = None
        return None

    def environment_call(self, node: ast.Call) -> Value:
        for name, value in settings.in_call(node):
            self.note_setting(name, value, node)
        return None

    def system_call(self, node: ast.Call) -> Value:
        """``get_ipython().system("pip install …")``, ``subprocess.run([sys.executable, "-m", "pip", …])``."""
        command = settings.shell_line(node)
        if command:
            where = self.where(node)
            requirements, options = installs(command)
            for requirement in requirements:
                written = self.cell.segment(where)
                found = Reference("install", requirement, where, written, keywords=options, guarded=self.guarded)
                self.note_settings([found])
        return None

    def lambda_(self, node: ast.Lambda) -> None:
        self.annotations(node.args, None)
        self.defer(node.args, (node.body,))

    def annotations(self, arguments: ast.arguments, returns: ast.expr | None) -> None:
        for argument in parameters(arguments):
            if argument.annotation is not None:
                self.expression(argument.annotation)
        if returns is not None:
            self.expression(returns)
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.expression(default)

    def defer(
        self,
        arguments: ast.arguments,
        nodes: Sequence[ast.AST],
        owner: Subclass | None = None,
        name: str = "",
    ) -> None:
        names: dict[str, Value] = {argument.arg: None for argument in parameters(arguments)}
        scope = Scope(names, self.enclosing(), late=True)
        scope.inherited = self.scope.inherited
        positional = [*arguments.posonlyargs, *arguments.args]
        if owner and positional:
            names[positional[0].arg] = Instance(*owner)
        self.has_functions = True
        self.deferred.append(Deferred(nodes, scope, self.guarded, name))

    def f_string(self, node: ast.JoinedStr) -> None:
        before = self.whole
        if not F_STRINGS_HAVE_POSITIONS:
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

    def sequence(self, node: Any) -> Value:
        values: list[Value] = []
        evident = False
        for item in node.elts:
            value = None if type(item) is ast.Constant else self.expression(item)
            evident = evident or value is not None
            values.append(value)
        if not evident or type(node) is ast.Set or any(type(item) is ast.Starred for item in node.elts):
            return None
        return Items(tuple(values))

    def subscript(self, node: ast.Subscript) -> Value:
        value = self.expression(node.value)
        place = index(node)
        self.expression(place) if isinstance(place, ast.expr) else self.children(place)
        if type(value) is not Items:
            return None
        sign = 1
        if type(place) is ast.UnaryOp and type(place.op) is ast.USub:
            sign, place = -1, place.operand
        number = place.value if type(place) is ast.Constant else None
        return value.at(sign * number) if type(number) is int else None

    def comprehension(self, node: Any) -> Value:
        outer = self.scope
        scope = Scope({}, self.enclosing())
        scope.is_comprehension, scope.inherited = True, outer.inherited
        for generator in node.generators:
            value = self.expression(generator.iter)
            self.scope = scope
            for target in ast.walk(generator.target):
                if type(target) is ast.Name:
                    scope.names[target.id] = None
            if type(generator.target) is ast.Name and type(value) is Items:
                scope.names[generator.target.id] = value.each()
            for test in generator.ifs:
                self.expression(test)
        made: Value = None
        if type(node) is ast.DictComp:
            self.expression(node.key)
            self.expression(node.value)
        else:
            made = self.expression(node.elt)
        self.scope = outer
        return Items((made,), True) if made is not None and type(node) is ast.ListComp else None

    def is_version_test(self, test: ast.expr) -> bool:
        """Whether a test asks what is installed, or is never true."""
        if type(test) is ast.Constant:
            return not test.value
        return bool(_VERSION_TEST.search(self.cell.segment(self.where(test))))

    def bind_target(self, target: ast.expr, value: Value) -> None:
        kind = type(target)
        if kind is ast.Name:
            self.bind(target.id, value)  # type: ignore[attr-defined]
        elif kind is ast.Attribute:
            assert isinstance(target, ast.Attribute)
            owner = self.expression(target.value)
            assigned = f"{owner}.{target.attr}" if isinstance(owner, str) else target.attr
            self.bindings.assigned[assigned] = None
            if type(owner) is Instance and owner.of:
                self.set_member(owner.of, target.attr, value)
        elif kind in (ast.Tuple, ast.List):
            items: list[ast.expr] = target.elts  # type: ignore[attr-defined]
            starred = any(type(item) is ast.Starred for item in items)
            known = value if type(value) is Items and not starred else Items(())
            fits = known.many or len(known.items) == len(items)
            for number, item in enumerate(items):
                self.bind_target(item, known.at(number) if fits else None)
        elif kind is ast.Starred:
            self.bind_target(target.value, None)  # type: ignore[attr-defined]
        else:
            self.children(target)

    def set_member(self, owner: str, name: str, value: Value) -> None:
        """Keep what an attribute of the user's class is set to: it is known where all that is set is the same."""
        members = self.bindings.members
        key = owner, name
        members[key] = value if members.get(key, value) == value else None

    def where(self, node: Any) -> Range:
        if self.whole:
            return self.whole
        if self.plain:
            return Range(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        return self.cell.range(node)

    def member(self, node: ast.Attribute) -> Range:
        if self.whole:
            return self.whole
        line: int = node.end_lineno  # type: ignore[assignment]
        end = self.cell.column(line, node.end_col_offset)  # type: ignore[arg-type]
        return Range(line, end - len(node.attr), line, end)

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


_EXPRESSIONS: dict[type, Callable[[Expressions, Any], Value]] = {
    ast.Attribute: Expressions.attribute,
    ast.Call: Expressions.call,
    ast.Lambda: Expressions.lambda_,
    ast.JoinedStr: Expressions.f_string,
    ast.NamedExpr: Expressions.walrus,
    ast.IfExp: Expressions.conditional,
    ast.BoolOp: Expressions.any_or_all,
    ast.BinOp: Expressions.binary,
    ast.Tuple: Expressions.sequence,
    ast.List: Expressions.sequence,
    ast.Subscript: Expressions.subscript,
    ast.Set: Expressions.sequence,
    **dict.fromkeys(_COMPREHENSIONS, Expressions.comprehension),
}

_SPECIAL: dict[str, Callable[[Expressions, ast.Call], Value]] = {
    "super": Expressions.super_,
    "import_module": Expressions.import_module,
    "__import__": Expressions.import_module,
    "setattr": Expressions.setattr_,
    "putenv": Expressions.environment_call,
    "setdefault": Expressions.environment_call,
    "update": Expressions.environment_call,
    **dict.fromkeys(("system", "run", "call", "check_call", "check_output", "Popen"), Expressions.system_call),
}


def _with(returned: Any, given: Mapping[str, Value]) -> Value:
    """What a call gives back, by what it was given; an object is another one each time."""
    if type(returned) is Parameter:
        return given.get(returned.name)
    if type(returned) is Items:
        return Items(tuple(_with(each, given) for each in returned.items), returned.many)
    made: Value = Instance(*returned) if type(returned) is Instance else returned
    return made


def is_class_name(name: str) -> bool:
    """By the packages' convention. ``Input`` and the applications (``VGG16``) are functions."""
    last = name.rpartition(".")[2]
    return last[:1].isupper() and last != "Input" and ".applications" not in name

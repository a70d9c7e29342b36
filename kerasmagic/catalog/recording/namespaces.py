"""What the modules of a package hold, from their source alone: nothing of it is run.

Statements are followed in the order in which an import would run them, and other modules are read where they are
imported. Where a condition decides and the source does not tell which way, what both ways bind is there, and of
what one of them binds it is unknown whether it is.
"""

from __future__ import annotations

import ast
import builtins
import operator
import sys
import warnings
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Sequence

from .values import UNKNOWN, Class, Function, Method, Module, Names, Outside, Perhaps, Plain, Value, lineage, plain

# Where the releases that are read could run last.
PYTHON = (3, 7)
_BACKENDS = frozenset(("tensorflow", "theano", "cntk", "mxnet"))
# What is there wherever a Keras is; the last ones left the standard library.
_BESIDE = sys.stdlib_module_names.union(
    ("tensorflow", "numpy", "scipy", "six", "yaml", "h5py"), ("pkg_resources", "imp", "distutils")
)
# These bind names in ways that no reader follows.
_HIDDEN = frozenset(("globals", "locals", "vars", "exec", "eval", "execfile"))
# What is made of a function and keeps it.
_KEPT = frozenset(("builtins.property", "builtins.staticmethod", "builtins.classmethod", "functools.partial"))
# Decorators that give a function with the same arguments.
_TRANSPARENT = frozenset(("abc.abstractmethod", "contextlib.contextmanager", "functools.lru_cache"))
_WRAPS = frozenset(("functools.wraps", "six.wraps"))
_CONSTANTS: dict[str, object] = {
    "sys.version_info": (*PYTHON, 0, "final", 0),
    "six.PY2": False,
    "six.PY3": True,
    "numpy.inf": float("inf"),
    "numpy.pi": 3.141592653589793,
}
_COMPARED: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
_COMPUTED: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


class Namespaces:
    """The modules of some packages.

    Arguments:
        folders: root package -> the folder that it is in.
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self.folders = folders
        self.modules: dict[str, Module] = {}
        self.unreadable: dict[str, str] = {}
        """Module -> why it cannot be read: it is written for Python 2."""

    # Modules.

    def load(self, name: str) -> Module | None:
        """What ``import a.b.c`` gives: the last of its modules, read with all that it imports; None: there is none."""
        parent, _, last = name.rpartition(".")
        above = self.load(parent) if parent else None
        if name in self.modules or name in self.unreadable:
            return self.modules.get(name)
        place = self._place(name)
        if place is None or (parent and (above is None or not above.package)):
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about escapes that a later Python minds
                tree = ast.parse(place.read_bytes())
        except (SyntaxError, ValueError) as error:
            self.unreadable[name] = f"{type(error).__name__}: {error}"
            return None
        module = self.modules[name] = Module(name, place, place.name == "__init__.py")
        _Body(self, module, module.names).run(tree.body)
        if above is not None:
            above.names[last] = module
        return module

    def _place(self, name: str) -> Path | None:
        parts = name.split(".")
        if parts[0] not in self.folders:
            return None
        path = self.folders[parts[0]].joinpath(*parts)
        places = (path / "__init__.py", path.with_name(f"{path.name}.py"))
        return next((place for place in places if place.is_file()), None)

    def member(self, value: Value, name: str) -> Value | None:
        """An attribute; None where it is certainly not there."""
        if isinstance(value, Module):
            return value.names.get(name) or (None if value.whole else Perhaps())
        if isinstance(value, Outside):
            full = f"{value.name}.{name}"
            return plain(_CONSTANTS[full]) if full in _CONSTANTS else Outside(full)
        if isinstance(value, Class):
            known = (each.names[name] for each in lineage(value) if isinstance(each, Class) and name in each.names)
            return next(known, Plain())
        if isinstance(value, Plain) and isinstance(value.content, tuple) and name == "major":
            return plain(value.content[0])
        return Plain()


class _Body:
    """The statements of one module, or of one class in it."""

    def __init__(self, known: Namespaces, module: Module, names: Names, owner: Class | None = None) -> None:
        self.known = known
        self.module = module
        self.names = names
        self.owner = owner

    def run(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            if self._hides(statement):
                (self.owner or self.module).whole = False
            method = getattr(self, f"_{type(statement).__name__.lower()}", None)
            if method is not None:
                method(statement)

    @staticmethod
    def _hides(statement: ast.stmt) -> bool:
        if not isinstance(statement, (ast.Expr, ast.Assign, ast.AugAssign, ast.For, ast.While)):
            return False
        return any(isinstance(node, ast.Name) and node.id in _HIDDEN for node in ast.walk(statement))

    # Imports.

    def _import(self, statement: ast.Import) -> None:
        for alias in statement.names:
            root = alias.name.split(".")[0]
            module: Value | None = self.known.load(alias.name)
            if root not in self.known.folders:
                self._need(root)
                module = Outside(alias.name, module=True)
            elif module is None:
                self._need(alias.name)
            if alias.asname:
                self.names[alias.asname] = module or Perhaps()
            else:
                first = Outside(root, module=True) if root not in self.known.folders else self.known.load(root)
                self.names[root] = first or Perhaps()

    def _importfrom(self, statement: ast.ImportFrom) -> None:
        source = self._absolute(statement)
        if source == "__future__":
            return
        module = self.known.load(source)
        if module is None:
            self._need(source if source.split(".")[0] in self.known.folders else source.split(".")[0])
        for alias in statement.names:
            if alias.name == "*":
                self._star(module)
            else:
                self.names[alias.asname or alias.name] = self._imported(source, module, alias.name)

    def _absolute(self, statement: ast.ImportFrom) -> str:
        if not statement.level:
            return statement.module or ""
        above = self.module.name.split(".")
        above = above[: len(above) - statement.level + self.module.package]
        return ".".join([*above, *filter(None, [statement.module])])

    def _imported(self, source: str, module: Module | None, name: str) -> Value:
        if module is None:
            read = source.split(".")[0] in self.known.folders
            return Perhaps() if read else self.known.member(Outside(source), name) or Perhaps()
        found = module.names.get(name) or self.known.load(f"{source}.{name}")
        if found is None and module.whole:
            self._need(f"{source}.{name}")
        return found or Perhaps()

    def _star(self, module: Module | None) -> None:
        if module is None:
            self.module.whole = False
            return
        listed = module.names.get("__all__")
        if isinstance(listed, Plain):
            if isinstance(listed.content, list):
                for name in listed.content:
                    self.names[name] = self._imported(module.name, module, name)
            else:
                self.module.whole = False
        else:
            self.module.whole &= module.whole
            self.names.update((name, value) for name, value in module.names.items() if not name.startswith("_"))

    def _need(self, root: str) -> None:
        if root not in _BESIDE:
            self.module.needs = self.module.needs or root

    # Conditions.

    def _if(self, statement: ast.If) -> None:
        truth = self._truth(statement.test)
        if truth is not None:
            self.run(statement.body if truth else statement.orelse)
        else:
            self._either([statement.body, statement.orelse])

    def _try(self, statement: ast.Try) -> None:
        ends = [handler.body for handler in statement.handlers if not _leaves(handler.body)]
        self._either([[*statement.body, *statement.orelse], *ends])
        self.run(statement.finalbody)

    def _with(self, statement: ast.With) -> None:
        for item in statement.items:
            if item.optional_vars is not None:
                self._bind(item.optional_vars, Plain(), None)
        self.run(statement.body)

    def _for(self, statement: ast.For) -> None:
        body: list[ast.stmt] = [ast.Assign([statement.target], ast.Call(ast.Name("next", ast.Load()), [], []))]
        self._either([[*body, *statement.body], []])

    def _while(self, statement: ast.While) -> None:
        self._either([statement.body, []])

    def _either(self, ways: Sequence[Sequence[ast.stmt]]) -> None:
        """One of several ways is gone."""
        before, needed = dict(self.names), self.module.needs
        after, needs = [], []
        for way in ways:
            self._become(before)
            self.module.needs = ""
            self.run(way)
            after.append(dict(self.names))
            needs.append(self.module.needs)
        self.module.needs = needed or (needs[-1] if all(needs) else "")
        found = dict.fromkeys(name for names in after for name in names)
        self._become({name: _together([names.get(name) for names in after]) for name in found})

    def _become(self, names: Names) -> None:
        self.names.clear()
        self.names.update(names)

    def _truth(self, test: ast.expr) -> bool | None:
        """Which way a condition goes; None where the source does not tell."""
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            sides = [self.content(side) for side in (test.left, test.comparators[0])]
            kind = type(test.ops[0])
            # Which backend it is stands in the settings of the machine: here it is TensorFlow.
            if _names_backend(sides[1]) and (sides[0] is UNKNOWN or _is_backend(sides[0])):
                sides[0] = "tensorflow"
            if UNKNOWN in sides or kind not in _COMPARED:
                return None
            try:
                return bool(_COMPARED[kind](*sides))
            except TypeError:
                return None
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self._truth(test.operand)
            return None if inner is None else not inner
        content = self.content(test)
        return None if content is UNKNOWN else bool(content)

    # Definitions.

    def _functiondef(self, statement: ast.FunctionDef) -> None:
        value: Value | None = self.function(statement)
        for decorator in reversed(statement.decorator_list):
            value = self._decorated(value, decorator)
        self.names[statement.name] = value or Plain()

    def function(
        self, node: ast.FunctionDef | ast.Lambda, local: bool = False, around: tuple[Value, ...] = ()
    ) -> Function:
        name = node.name if isinstance(node, ast.FunctionDef) else "<lambda>"
        path = f"{self.owner.path}.{name}" if self.owner else name
        signature = "\n".join(self._parameters(node.args))
        local = local or isinstance(node, ast.Lambda)
        return Function(self.module.name, path, node, signature, self.module, local, around)

    def _parameters(self, given: ast.arguments) -> Iterator[str]:
        places = [("/", each) for each in given.posonlyargs] + [("", each) for each in given.args]
        defaults: list[ast.expr | None] = [None] * (len(places) - len(given.defaults))
        for (mark, each), default in zip(places, [*defaults, *given.defaults]):
            yield mark + each.arg + self._default(default)
        if given.vararg:
            yield f"*{given.vararg.arg}"
        for each, default in zip(given.kwonlyargs, given.kw_defaults):
            yield f"&{each.arg}{self._default(default)}"
        if given.kwarg:
            yield f"**{given.kwarg.arg}"

    def _default(self, node: ast.expr | None) -> str:
        if node is None:
            return ""
        value = self.value(node)
        if isinstance(value, (Function, Class)):
            return "=" + value.path.rpartition(".")[2]
        if isinstance(value, Outside) and value.name.startswith("builtins."):
            name = value.name.rpartition(".")[2]
            return f"={name}" if isinstance(getattr(builtins, name, None), type) else f"=<built-in function {name}>"
        content = value.content if isinstance(value, Plain) else UNKNOWN
        text = "..." if content is UNKNOWN else repr(content)
        return "=" + (text if len(text) <= 60 and "\n" not in text else text.split("\n")[0][:57] + "...")

    def _decorated(self, value: Value | None, decorator: ast.expr) -> Value | None:
        if isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "getter", "deleter"):
            return self.names.get(ast.unparse(decorator.value), value)
        by = self.value(decorator)
        function = value if isinstance(value, Function) else None
        if isinstance(by, Outside):
            if by.name == "abc.abstractproperty":
                return Method("property", function)
            if by.name in _KEPT:
                return Method(by.name.rpartition(".")[2], function)
            if by.name in _TRANSPARENT:
                return value
        made = self._called(by, [value or Plain()]) if isinstance(by, Function) else Plain()
        return Method("", function) if function is not None and isinstance(made, Plain) else made

    def _classdef(self, statement: ast.ClassDef) -> None:
        path = f"{self.owner.path}.{statement.name}" if self.owner else statement.name
        bases = tuple(self.value(base) for base in statement.bases)
        made = Class(self.module.name, path, statement, bases)
        made.metaclass = next((self.value(each.value) for each in statement.keywords if each.arg == "metaclass"), None)
        _Body(self.known, self.module, made.names, made).run(statement.body)
        value: Value | None = made
        for decorator in reversed(statement.decorator_list):
            if isinstance(decorator, ast.Call) and isinstance(self.value(decorator.func), Outside):
                by = self.value(decorator.func)
                if isinstance(by, Outside) and by.name == "six.add_metaclass" and decorator.args:
                    made.metaclass = self.value(decorator.args[0])
                    continue
            value = self._decorated(value, decorator)
        self.names[statement.name] = value or Plain()

    # Assignments.

    def _assign(self, statement: ast.Assign) -> None:
        value = self.value(statement.value)
        for target in statement.targets:
            self._bind(target, value, statement.value)

    def _annassign(self, statement: ast.AnnAssign) -> None:
        if statement.value is not None:
            self._bind(statement.target, self.value(statement.value), statement.value)

    def _augassign(self, statement: ast.AugAssign) -> None:
        if isinstance(statement.target, ast.Name):
            left = ast.Name(statement.target.id, ast.Load())
            self.names[statement.target.id] = self.value(ast.BinOp(left, statement.op, statement.value))

    def _bind(self, target: ast.expr, value: Value, source: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts = source.elts if isinstance(source, (ast.Tuple, ast.List)) else []
            for place, each in enumerate(target.elts):
                part = parts[place] if len(parts) == len(target.elts) else None
                self._bind(each, self.value(part) if part is not None else Plain(), part)
        elif isinstance(target, ast.Attribute):
            owner = self.value(target.value)
            if isinstance(owner, (Class, Module)):
                owner.names[target.attr] = value
        elif isinstance(target, ast.Starred):
            self._bind(target.value, plain([]), None)

    def _expr(self, statement: ast.Expr) -> None:
        """A call for its effect: ``__all__.append("x")``, ``setattr(Model, name, f)``."""
        call = statement.value
        if not isinstance(call, ast.Call):
            return
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            changed = self.names.get(call.func.value.id)
            if isinstance(changed, Plain):
                self.names[call.func.value.id] = Plain(changed.type)
        elif isinstance(call.func, ast.Name) and call.func.id == "setattr" and call.args:
            owner = self.value(call.args[0])
            if not isinstance(owner, Function):
                (owner if isinstance(owner, (Class, Module)) else self.module).whole = False

    def _delete(self, statement: ast.Delete) -> None:
        for target in statement.targets:
            if isinstance(target, ast.Name):
                self.names.pop(target.id, None)

    # Expressions.

    def content(self, node: ast.expr) -> object:
        value = self.value(node)
        return value.content if isinstance(value, Plain) else UNKNOWN

    def value(self, node: ast.expr) -> Value:
        """What an expression gives, as far as it can be told without running anything."""
        if isinstance(node, ast.Constant):
            return plain(node.value)
        if isinstance(node, ast.Name):
            return self._named(node.id)
        if isinstance(node, ast.Attribute):
            return self.known.member(self.value(node.value), node.attr) or Plain()
        if isinstance(node, ast.Lambda):
            return self.function(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            contents = [self.content(each) for each in node.elts]
            make = {ast.Tuple: tuple, ast.List: list, ast.Set: set}[type(node)]
            try:
                return Plain(make.__name__, UNKNOWN if UNKNOWN in contents else make(contents))
            except TypeError:
                return Plain(make.__name__)
        if isinstance(node, (ast.Dict, ast.DictComp)):
            return plain({}) if isinstance(node, ast.Dict) and not node.keys else Plain("dict")
        if isinstance(node, (ast.ListComp, ast.SetComp)):
            return Plain("list" if isinstance(node, ast.ListComp) else "set")
        if isinstance(node, (ast.Compare, ast.BoolOp)):
            truth = self._truth(node) if isinstance(node, ast.Compare) else None
            return Plain() if truth is None else plain(truth)
        return self._computed(node)

    def _named(self, name: str) -> Value:
        found = self.names.get(name) or self.module.names.get(name)
        if found is None and self.module.whole and hasattr(builtins, name):
            return Outside(f"builtins.{name}")
        return found or Plain()

    def _computed(self, node: ast.expr) -> Value:
        try:
            if isinstance(node, ast.UnaryOp):
                content = self.content(node.operand)
                if content is not UNKNOWN and isinstance(node.op, (ast.USub, ast.Not)):
                    return plain(-content if isinstance(node.op, ast.USub) else not content)  # type: ignore[operator]
            if isinstance(node, ast.BinOp) and type(node.op) in _COMPUTED:
                sides = self.content(node.left), self.content(node.right)
                if UNKNOWN not in sides:
                    return plain(_COMPUTED[type(node.op)](*sides))
            if isinstance(node, ast.Subscript):
                content, place = self.content(node.value), self.content(node.slice)
                if UNKNOWN not in (content, place):
                    return plain(content[place])  # type: ignore[index]
        except (TypeError, ArithmeticError, LookupError):
            pass
        return Plain()

    def _call(self, node: ast.Call) -> Value:
        by = self.value(node.func)
        given = [self.value(each) for each in node.args]
        if isinstance(by, Outside):
            first = given[0] if given and isinstance(given[0], Function) else None
            if by.name in _KEPT:
                return Method(by.name.rpartition(".")[2], first)
            contents = [each.content if isinstance(each, Plain) else UNKNOWN for each in given]
            if by.name == "builtins.float" and len(contents) == 1 and isinstance(contents[0], str):
                return plain(float(contents[0]))
            made = by.name[9:]
            return Plain(made) if made in ("dict", "list", "set", "tuple", "frozenset", "str") else Plain()
        if isinstance(by, Method) and by.kind == "partial" and by.function is not None:
            by = by.function
        return self._called(by, given) if isinstance(by, Function) else Plain()

    def _called(self, by: Function, given: Sequence[Value]) -> Value:
        """What a call of a function gives that does nothing but return: something of its module, one of its
        arguments, or a function that it makes."""
        if isinstance(by.node, ast.Lambda):
            return Plain()
        last = by.node.body[-1]
        if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Name):
            return Plain()
        name = last.value.id
        parameters = [each.arg for each in by.node.args.args]
        if name in parameters:
            place = parameters.index(name)
            stored = any(
                isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Store)
                for each in ast.walk(by.node)
            )
            return given[place] if place < len(given) and not stored else Plain()
        inside = _Body(self.known, by.scope, by.scope.names)
        made = [each for each in by.node.body if isinstance(each, ast.FunctionDef) and each.name == name]
        if made:
            wrapped = inside._wrapped(made[-1], parameters, given)
            return inside.function(made[-1], local=True, around=tuple(given)) if wrapped is None else wrapped
        alone = all(isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) for each in by.node.body[:-1])
        return inside.value(last.value) if alone else Plain()

    def _wrapped(self, made: ast.FunctionDef, parameters: list[str], given: Sequence[Value]) -> Value | None:
        """What ``@wraps(function)`` stands for; ``Plain`` where another decorator hides it, None without any."""
        for decorator in made.decorator_list:
            by = self.value(decorator.func) if isinstance(decorator, ast.Call) else None
            if not isinstance(decorator, ast.Call) or not isinstance(by, Outside) or by.name not in _WRAPS:
                return Plain()
            named = decorator.args[0] if decorator.args else None
            place = parameters.index(named.id) if isinstance(named, ast.Name) and named.id in parameters else -1
            return given[place] if 0 <= place < len(given) else Plain()
        return None


def _leaves(statements: Sequence[ast.stmt]) -> bool:
    return any(isinstance(each, ast.Raise) for each in statements)


def _together(values: Sequence[Value | None]) -> Value:
    """What a name is behind several ways, of which one is gone."""
    known = [each for each in values if each is not None]
    if len(known) < len(values) or any(isinstance(each, Perhaps) for each in known):
        return Perhaps()
    first = known[0]
    if all(each is first for each in known):
        return first
    functions = [each for each in known if isinstance(each, Function)]
    if len(functions) == len(known) and len({each.signature for each in functions}) == 1:
        return first
    types = {each.type if isinstance(each, Plain) else "" for each in known}
    return Plain(types.pop() if len(types) == 1 else "")


def _is_backend(content: object) -> bool:
    return isinstance(content, str) and content in _BACKENDS


def _names_backend(content: object) -> bool:
    """Whether something is the name of a backend, or several."""
    parts = content if isinstance(content, (set, tuple, list)) else [content]
    return bool(parts) and all(map(_is_backend, parts))

"""What a release offers, read from its source: in the shape in which the probe writes what it sees in an installed one.

A release that is too old to be installed is read so. What the source does not tell for sure is recorded as unknown (a
name by the kind ``o``, a module by not being ``whole``, a signature by not being there), never as missing. What
only a run tells is left out: what a constructor takes through ``**kwargs``, which objects of other packages are
callable.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, Iterable, Iterator, Mapping

from .namespaces import PYTHON, Namespaces
from .probe import IMPLICIT, LONGEST_NOTE, NOT_IMPORTED, WARNED, optional_names, said_in
from .values import Class, Function, Method, Module, Outside, Perhaps, Plain, Value, lineage, metaclass

_LETTERS = {"property": "p", "staticmethod": "s", "classmethod": "k"}


def read(folders: Mapping[str, Path], root: str) -> dict[str, Any]:
    """Read a package, as the probe looks at an installed one.

    Arguments:
        folders: package -> the folder that it is in: the root, and those that its modules take names from.
        root: the package that is described.
    """
    return _Reading(folders, root).result()


class _Reading:
    def __init__(self, folders: Mapping[str, Path], root: str) -> None:
        self.known = Namespaces(folders)
        self.root = root
        self.modules: dict[str, dict[str, Any]] = {}
        self.classes: dict[str, dict[str, Any]] = {}
        self.objects: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self.homes: dict[Value, str] = {}
        self.claimed: dict[str, Value] = {}
        self.optional: dict[str, dict[str, str]] = {}
        self.described: set[str] = set()

    def result(self) -> dict[str, Any]:
        self.known.load(self.root)
        loaded = [name for name in self.known.modules if self._is_ours(name)]
        self._describe()
        imports: dict[str, Any] = {}
        packages = []
        for name, package in sorted(self._files()):
            imports[name] = name
            packages += [name] if package else []
            if not NOT_IMPORTED.search(name):
                self.known.load(name)
                self._describe()
                reason = self._cannot(name)
                if reason:
                    imports[name] = {"error": reason, "is": name}
        return {
            "python": ".".join(map(str, PYTHON)),
            "modules": {name: node for name, node in self.modules.items() if not self._cannot(name)},
            "classes": self.classes,
            "objects": self.objects,
            "notes": self.notes,
            "imports": imports,
            "packages": packages,
            "loaded": [name for name in loaded if not self._cannot(name)],
        }

    def _cannot(self, name: str) -> str:
        """Why it is unknown whether a module can be imported; ``""`` where it can."""
        module = self.known.modules.get(name)
        if module is not None and module.needs:
            return f"it needs {module.needs}"
        return self.known.unreadable.get(name, "")

    def _is_ours(self, name: str) -> bool:
        return name.split(".")[0] == self.root

    def _files(self) -> Iterator[tuple[str, bool]]:
        """Every module that has a file, and whether it is a package."""
        folder = self.known.folders[self.root]
        for path in (folder / self.root).rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if package else parts)
            inside = (folder.joinpath(*parts[:length], "__init__.py") for length in range(1, len(parts)))
            if all(each.is_file() for each in inside):
                yield name, package

    # Modules.

    def _describe(self) -> None:
        """Record what was read since, in the order in which the probe would come upon it."""
        for name in sorted(self.known.modules.keys() - self.described):
            self.described.add(name)
            if self._is_ours(name):
                self._describe_module(self.known.modules[name])

    def _describe_module(self, module: Module) -> None:
        members: dict[str, list[str]] = {}
        for name, stands_for in self._optional_in(module).items():
            if stands_for or name not in module.names:
                members[name] = ["v", stands_for] if stands_for else ["o", ""]
        for name, value in sorted(module.names.items()):
            if name not in members and name not in IMPLICIT:
                members[name] = self._reference(value, module.name, name)
        self.modules[module.name] = {"missing": None, "members": members, "whole": module.whole}

    def _optional_in(self, module: Module) -> dict[str, str]:
        if module.name not in self.optional:
            self.optional[module.name] = optional_names(str(module.path))  # type: ignore[no-untyped-call]
        return self.optional[module.name]

    def _reference(self, value: Value, parent: str, member: str) -> list[str]:
        """The kind of a member and its home, as the probe writes them."""
        if isinstance(value, Perhaps):
            return ["o", ""]
        if isinstance(value, Module):
            return ["m", value.name]
        if isinstance(value, Outside):
            return ["m" if value.module else "o", value.name]  # what kind of thing it is does not stand here
        if isinstance(value, Plain):
            return ["v", f"builtins.{value.type}" if value.type else ""]
        home = self._home(value, parent, member)
        if isinstance(value, Class):
            self._describe_class(value, home)
            return ["c", home]
        if isinstance(value, Function):
            if home not in self.objects:
                self.objects[home] = value.signature
                self._note(home, [value])
            return ["f", home]
        return ["v", ""]

    def _home(self, value: Value, parent: str, member: str) -> str:
        """The object's identity: where it was made, or the first name it is found by."""
        if value not in self.homes:
            made = isinstance(value, (Class, Function)) and not (isinstance(value, Function) and value.local)
            home = f"{value.module}.{value.path}" if made else f"{parent}.{member}"  # type: ignore[union-attr]
            other, count = home, 1
            while other in self.claimed and not _alike(self.claimed[other], value):
                count += 1
                other = f"{home}~{count}"
            self.claimed.setdefault(other, value)
            self.homes[value] = other
        return self.homes[value]

    # Classes.

    def _describe_class(self, value: Class, home: str) -> None:
        if home in self.classes:
            return
        above = lineage(value)[1:]
        signature = self._signature(value)
        if signature is not None:
            self.objects[home] = signature
        makers = [value.names.get(name) for name in ("__init__", "__new__")]
        self._note(home, [made for made in makers if isinstance(made, Function)], ast.get_docstring(value.node, False))
        own = [base for base in above if isinstance(base, Class) and self._is_ours(base.module)]
        others = [base for base in above if isinstance(base, Class) and base not in own]
        foreign = not all(base.whole for base in [value, *own])
        foreign = foreign or any(base.path in self._optional_in(self.known.modules[base.module]) for base in own)
        foreign = foreign or any(not _is_object(base) for base in above if not isinstance(base, Class))
        foreign = foreign or not _is_plain(metaclass(value))
        all_members = {**{name: each for base in reversed(others) for name, each in base.names.items()}, **value.names}
        members = {name: each for name, each in all_members.items() if not isinstance(each, Perhaps)}
        foreign = foreign or len(members) < len(all_members)  # then others may be there, too
        if metaclass(value) is not None and _is_plain(metaclass(value)):
            members.setdefault("register", Plain())
        node = self.classes[home] = {
            "bases": [self._home(base, base.module, base.path) for base in own],
            "members": {
                name: self._class_member(home, name, each)
                for name, each in sorted(members.items())
                if not name.startswith("__")
            },
            "open": "__getattr__" in members or "__getattribute__" in members,
            "foreign": foreign,
        }
        stores = {name for each in members.values() for name in _stored(each)}
        if "fit" in members:
            stores |= {"history", "stop_training"}  # a training and its callbacks set them
        node["stores"] = sorted(name for name in stores if name not in node["members"] and not name.startswith("__"))
        for base in own:
            self._describe_class(base, self._home(base, base.module, base.path))

    def _class_member(self, owner: str, name: str, value: Value) -> list[str]:
        home = f"{owner}.{name}"
        if isinstance(value, Function):
            self.objects.setdefault(home, value.signature)
            self._note(home, [value])
            return ["f", home]
        if isinstance(value, Method) and value.kind in _LETTERS:
            if value.function is not None:
                self._note(home, [value.function])
                if value.kind != "property":
                    parameters = value.function.signature.split("\n")
                    shown = parameters if value.kind == "staticmethod" else parameters[1:]
                    self.objects.setdefault(home, "\n".join(shown))
            return [_LETTERS[value.kind], home]
        return ["v", ""]

    @staticmethod
    def _signature(value: Class) -> str | None:
        """How a class is called; None where that is not known."""
        if not _is_plain(metaclass(value)):
            return None
        for name in ("__new__", "__init__"):
            for base in lineage(value):
                if isinstance(base, Class):
                    made = base.names.get(name)
                    if made is not None:
                        if not isinstance(made, Function):
                            return None
                        first, _, rest = made.signature.partition("\n")
                        return made.signature if first.startswith("*") else rest
                elif name == "__init__" and not _is_object(base):
                    return None
        return ""

    # What it says about its deprecation.

    def _note(self, home: str, functions: Iterable[Function], doc: str | None = None) -> None:
        if home.rpartition(".")[2].startswith("_"):
            return
        nodes = [each.node for each in functions if isinstance(each.node, ast.FunctionDef)]
        docs = [doc, *(ast.get_docstring(node, False) for node in nodes)]
        said = [paragraph for text in docs if text for paragraph in said_in(text)]  # type: ignore[no-untyped-call]
        said = said or [text for node in nodes for text in _warned(node) if home.rpartition(".")[2] in text]
        text = " ".join(" ".join(dict.fromkeys(said)).split())
        if len(text) > LONGEST_NOTE:
            text = text[:LONGEST_NOTE].rpartition(" ")[0] + " ..."
        if text:
            self.notes[home] = text


def _is_object(base: Value) -> bool:
    """Whether a base has no names of its own."""
    return isinstance(base, Outside) and base.name in ("builtins.object", "abc.ABC")


def _is_plain(made_by: Value | None) -> bool:
    """Whether a class is made as all others are."""
    return made_by is None or (isinstance(made_by, Outside) and made_by.name == "abc.ABCMeta")


def _alike(one: Value, other: Value) -> bool:
    """Whether two objects of one origin count as one."""
    both = isinstance(one, Function) and isinstance(other, Function)
    return one is other or (both and one.signature == other.signature)  # type: ignore[union-attr]


def _stored(member: Value) -> Iterator[str]:
    """The attributes that the code of a method sets, on whatever object; a decorator's function keeps the method."""
    function = member.function if isinstance(member, Method) and member.kind != "property" else member
    if isinstance(function, Function):
        for node in ast.walk(function.node):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                yield node.attr
        for each in function.around:
            yield from _stored(each)


def _warned(function: ast.FunctionDef) -> list[str]:
    """The texts in a function's code that tell of a deprecation; many are about a single argument."""
    doc = ast.get_docstring(function, False)
    texts = {text for statement in function.body for text in _texts(statement)} - {doc}
    return sorted(text for text in texts if 20 < len(text) < 1000 and " " in text.strip() and WARNED.search(text))


def _texts(node: ast.AST) -> Iterator[str]:
    """The texts in a piece of code; those that a plus puts together are one, as in compiled code."""
    whole = _joined(node)
    if whole is not None:
        yield whole
    else:
        for below in ast.iter_child_nodes(node):
            yield from _texts(below)


def _joined(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _joined(node.left), _joined(node.right)
        return None if left is None or right is None else left + right
    return None

"""The only way to the user's objects: static reads, which run no code of theirs, whatever their classes define."""

from __future__ import annotations

import ast
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, MethodType, ModuleType
from typing import Any, Iterator, Mapping

from ...source.nodes import index

_KERAS = ("keras", "tf_keras", "tensorflow")
# What type itself answers, past all that a metaclass may define.
_MRO, _MODULE, _NAME, _DICT = (type.__dict__[name] for name in ("__mro__", "__module__", "__name__", "__dict__"))

UNKNOWN = object()
"""What cannot be told without running code."""


def variables(namespace: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
    """The user's variables, without what begins with an underscore."""
    for name, thing in list((namespace or {}).items()):
        if type(name) is str and not name.startswith("_"):
            yield name, thing


def bases(thing: Any) -> tuple[type, ...]:
    """The classes that an object is made from, its own first."""
    return bases_of(type(thing))


def bases_of(cls: type) -> tuple[type, ...]:
    found: tuple[type, ...] = _MRO.__get__(cls)
    return found


def is_plain(thing: Any, *types: type) -> bool:
    """Whether an object is of one of these very types; ``in`` would ask a metaclass what equals what."""
    return any(type(thing) is each for each in types)


def cells(namespace: Mapping[str, Any] | None) -> list[str]:
    """The cells that ran, as typed, oldest first."""
    found = (namespace or {}).get("In")
    return [each for each in found if type(each) is str] if type(found) is list else []


def module_of(cls: type) -> str:
    """Where a class says it is defined."""
    try:
        found = _MODULE.__get__(cls)
    except AttributeError:
        return ""
    return found if type(found) is str else ""


def name_of(cls: type) -> str:
    return str(_NAME.__get__(cls))


def class_name(thing: Any) -> str:
    return name_of(type(thing))


def root_of(cls: type) -> str:
    """The package that defines a class: "keras"."""
    return module_of(cls).partition(".")[0]


def root(thing: Any) -> str:
    """The package that defines the class of an object: "numpy"."""
    return root_of(type(thing))


def is_exactly(thing: Any, package: str, *names: str) -> bool:
    """Whether an object's class is one of a package's own: nothing of it is overridden."""
    return root(thing) == package and class_name(thing) in names


def is_kind(thing: Any, name: str) -> bool:
    """Whether a class of this name, of Keras or TensorFlow, is among those an object is made from."""
    return any(name_of(base) == name and root_of(base) in _KERAS for base in bases(thing))


def is_layer_class(thing: Any) -> bool:
    """Whether something is a class of layers that Keras or TensorFlow defines."""
    return (
        isinstance(thing, type)
        and root_of(thing) in _KERAS
        and any(name_of(base) == "Layer" for base in bases_of(thing))
    )


def is_of_keras(thing: Any) -> bool:
    """Whether a class of Keras or TensorFlow is among those an object is made from."""
    return is_class_of_keras(type(thing))


def is_class_of_keras(thing: Any) -> bool:
    """Whether something is a class of Keras or TensorFlow, or made from one."""
    return isinstance(thing, type) and any(root_of(base) in _KERAS for base in bases_of(thing))


def defined(cls: type, name: str) -> Any:
    """What a class has by a name, its own or that of a base; None where none has it."""
    return next((_DICT.__get__(base)[name] for base in bases_of(cls) if name in _DICT.__get__(base)), None)


def members_by_name(cls: type) -> Mapping[str, Any]:
    """What a class itself defines."""
    found: Mapping[str, Any] = _DICT.__get__(cls)
    return found


def defines(thing: Any, name: str) -> bool:
    """Whether a class of an object has an attribute of this name; nothing computes it."""
    return any(name in _DICT.__get__(base) for base in bases(thing))


def held(thing: Any) -> Mapping[str, Any]:
    """An object's own dictionary; empty where it has none, or its class computes one."""
    for base in bases(thing):
        found = _DICT.__get__(base).get("__dict__")
        if found is not None:
            plain = is_plain(found, GetSetDescriptorType, MemberDescriptorType)
            try:
                own = found.__get__(thing) if plain else None
            except TypeError:  # a proxy that says it is of another class
                return {}
            return own if type(own) is dict else {}
    return {}


def own(thing: Any, *names: str) -> Any:
    """The first of these that an object holds in its own dictionary; None where it holds none."""
    stored = held(thing)
    return next((stored[name] for name in names if name in stored), None)


def members(thing: Any) -> tuple[Any, ...]:
    """The elements of a list or tuple, also of the wrappers that TensorFlow puts around those."""
    if is_plain(thing, list, tuple):
        return tuple(thing)
    if thing is not None and root(thing) in _KERAS and issubclass(type(thing), (list, tuple)):
        wrapped = own(thing, "_storage", "__wrapped__")
        if is_plain(wrapped, list, tuple):
            return tuple(wrapped)
        return tuple(list.__iter__(thing)) if list in bases(thing) else ()
    return ()


def attribute(thing: Any, name: str) -> Any:
    """An attribute of an object of a library's own class: its code, not the user's, answers."""
    try:
        return object.__getattribute__(thing, name)
    except Exception:
        return None


def module_name(thing: Any) -> str:
    """What a module calls itself; "" for all that is no plain module."""
    name = held(thing).get("__name__") if type(thing) is ModuleType else None
    return name if type(name) is str else ""


def value_of(node: ast.AST | None, found: Mapping[str, Any]) -> Any:
    """What an expression stands for, as far as names, attributes and positions tell; else ``UNKNOWN``.

    Arguments:
        found: the variables of the place where it stands.
    """
    if isinstance(node, ast.Name):
        return found.get(node.id, UNKNOWN)
    if isinstance(node, ast.Attribute):
        owner = value_of(node.value, found)
        if owner is UNKNOWN:
            return UNKNOWN
        if node.attr in held(owner):
            return held(owner)[node.attr]
        if root(owner) in _KERAS and defines(owner, node.attr):
            return attribute(owner, node.attr)
        return _method_of_keras(owner, node.attr)
    if isinstance(node, ast.Subscript):
        return _item(value_of(node.value, found), index(node))
    return UNKNOWN


def _method_of_keras(owner: Any, name: str) -> Any:
    """A plain method that an object of the user's class has from one of Keras's: ``fit`` of a subclass of Model."""
    found = next(((base, _DICT.__get__(base)[name]) for base in bases(owner) if name in _DICT.__get__(base)), None)
    if found is None or root_of(found[0]) not in _KERAS or type(found[1]) is not FunctionType:
        return UNKNOWN
    return MethodType(found[1], owner)


def _item(owner: Any, place: ast.AST) -> Any:
    try:
        key = ast.literal_eval(place)
    except (ValueError, TypeError, SyntaxError):
        return UNKNOWN
    if type(owner) is dict and is_plain(key, str, int):
        return owner.get(key, UNKNOWN)
    within = type(key) is int and is_plain(owner, list, tuple) and -len(owner) <= key < len(owner)
    return owner[key] if within else UNKNOWN

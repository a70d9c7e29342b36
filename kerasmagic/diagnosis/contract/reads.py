"""Static reads of live objects: no code of the user's runs, whatever their classes define."""

from __future__ import annotations

from typing import Any

_KERAS = ("keras", "tf_keras", "tensorflow")
# What type itself answers, past all that a metaclass may define.
_MRO, _MODULE, _NAME = (type.__dict__[name] for name in ("__mro__", "__module__", "__name__"))


def bases(thing: Any) -> tuple[type, ...]:
    return bases_of(type(thing))


def bases_of(cls: type) -> tuple[type, ...]:
    found: tuple[type, ...] = _MRO.__get__(cls)
    return found


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


def root(thing: Any) -> str:
    """The package that defines the class of an object: "numpy"."""
    return module_of(type(thing)).partition(".")[0]


def is_exactly(thing: Any, package: str, *names: str) -> bool:
    """Whether an object's class is one of a package's own: nothing of it is overridden."""
    return root(thing) == package and class_name(thing) in names


def is_kind(thing: Any, name: str) -> bool:
    """Whether a class of this name, of Keras or TensorFlow, is among those an object is made from."""
    return any(name_of(base) == name and module_of(base).partition(".")[0] in _KERAS for base in bases(thing))


def is_of_keras(thing: Any) -> bool:
    return any(module_of(base).partition(".")[0] in _KERAS for base in bases(thing))


def own(thing: Any, *names: str) -> Any:
    """The first of these that an object holds in its own dictionary; None where it holds none."""
    try:
        held = object.__getattribute__(thing, "__dict__")
    except Exception:  # without one, or a proxy of another object
        return None
    if type(held) is not dict:
        return None
    return next((held[name] for name in names if name in held), None)


def members(thing: Any) -> tuple[Any, ...]:
    """The elements of a list or tuple, also of those that TensorFlow and Keras put in their place."""
    if type(thing) in (list, tuple):
        return tuple(thing)
    if thing is None or root(thing) not in _KERAS:
        return ()
    wrapped = own(thing, "_storage")
    if type(wrapped) in (list, tuple):
        return tuple(wrapped)
    return tuple(list.__iter__(thing)) if list in bases(thing) else ()


def attribute(thing: Any, name: str) -> Any:
    """An attribute of an object of a library's own class: its code, not the user's, answers."""
    try:
        return object.__getattribute__(thing, name)
    except Exception:
        return None

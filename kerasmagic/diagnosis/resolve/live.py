"""What the modules that are loaded in this process answer to an import or an attribute, without importing anything.

What is done here, and why it is harmless: ``sys.modules`` and the dictionaries of modules and classes are read, never
``getattr`` on a module, since a lazy loader (``tf.keras``, ``tf.compat.v1``) would start importing. Whether a submodule
that is not loaded exists is asked of the path finder with its parent's search path; that looks into directories and
executes nothing. Where a module computes its attributes (``__getattr__``, wrappers), the answer is None: ask the
catalog.
"""

from __future__ import annotations

import inspect
import os
import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from ...catalog.target import Found, Missing
from .world import Answer

_ABSENT = object()

# Where the tree behind tf.keras really lies, by release; with legacy Keras the tf_keras package takes its place.
_KERAS_TREES = ("keras._tf_keras.keras", "keras.api._v2.keras", "tensorflow.python.keras.api._v2.keras")
_LEGACY_TREES = ("tf_keras.api._v2.keras",)


def loaded(name: str) -> ModuleType | None:
    """The module of this name, if it is loaded and not half initialised."""
    module = sys.modules.get(name)
    if not isinstance(module, ModuleType):
        return None
    spec = vars(module).get("__spec__")
    return None if getattr(spec, "_initializing", False) else module


def import_module(name: str) -> Answer:
    """What ``import a.b.c`` finds; None where the root is not loaded."""
    if loaded(name.partition(".")[0]) is None:
        return None
    found = _locate(name)
    return found if found is None or isinstance(found, Missing) else Found(name, "module", name, None)


def import_from(module: str, member: str) -> Answer:
    """What ``from a.b import c`` finds; None where the module is not loaded, or computes its names."""
    if loaded(module.partition(".")[0]) is None:
        return None
    located = _locate(module)
    if located is None or isinstance(located, Missing):
        return located
    here = located if isinstance(located, ModuleType) else _twin(module, located)
    if here is not None:
        value = vars(here).get(member, _ABSENT)
        if value is not _ABSENT:
            return _found(f"{module}.{member}", value)
    # A file that is loaded under another name is found on that name's path.
    below = _locate(f"{here.__name__ if here is not None else module}.{member}")
    if below is not None and not isinstance(below, Missing):
        return Found(f"{module}.{member}", "module", f"{module}.{member}", None)
    if below is None or here is None or _computes_names(here):
        return None
    return Missing(
        f"{module}.{member}", module, member, f"ImportError: cannot import name '{member}' from '{here.__name__}'"
    )


def attribute(dotted: str, imported: frozenset[str] = frozenset()) -> Answer:
    """What ``a.b.c`` gives once these modules are imported; None where that cannot be told without computing it."""
    root, *rest = dotted.split(".")
    value: Any = loaded(root)
    if value is None:
        return None
    name = root
    for part in rest:
        parent, owner = value, name
        name = f"{name}.{part}"
        value = _member(parent, part)
        if value is _ABSENT and isinstance(parent, ModuleType) and _is_imported(name, imported):
            value = loaded(name) or _ABSENT
            if value is _ABSENT:
                return None
        if value is _ABSENT:
            if not _is_plain(parent):
                return None
            says = (
                f"module '{parent.__name__}'" if isinstance(parent, ModuleType) else f"type object '{parent.__name__}'"
            )
            return Missing(name, owner, part, f"AttributeError: {says} has no attribute '{part}'")
        if isinstance(value, ModuleType) and type(value) is not ModuleType:
            value = _keras_tree() if name == "tensorflow.keras" else None
            if value is None:
                return None
    return _found(dotted, value)


def names(name: str) -> tuple[str, ...]:
    """The public members of a loaded module or class, sorted; empty where it is not loaded."""
    value = _value(name)
    if isinstance(value, (ModuleType, type)):
        return tuple(
            sorted(
                member
                for member in (vars(value) if isinstance(value, ModuleType) else dir(value))
                if not member.startswith("_")
            )
        )
    return ()


def _value(dotted: str) -> Any:
    root, *rest = dotted.split(".")
    value: Any = loaded(root)
    for index, part in enumerate(rest):
        value = _member(value, part) if value is not None else None
        if value is _ABSENT:
            value = loaded(".".join([root, *rest[: index + 1]]))
        if isinstance(value, ModuleType) and type(value) is not ModuleType:
            value = _keras_tree() if (root, part, index) == ("tensorflow", "keras", 0) else None
    return value


def _locate(name: str) -> ModuleType | ModuleSpec | Missing | None:
    """A module that is loaded, or where the import system would find it, or the part that does not exist.

    None where a package above is not loaded, and may put more on its path when it is: ``tensorflow.compat.v1``.
    """
    module = sys.modules.get(name, _ABSENT)
    if isinstance(module, ModuleType):
        return module
    parent, _, last = name.rpartition(".")
    message = f"ModuleNotFoundError: No module named '{name}'"
    if not parent:
        spec = None if module is None else _top_level(name)
        return spec or Missing(name, "", name, message)
    above = _locate(parent)
    if above is None or isinstance(above, Missing):
        return above
    path = _search_path(above)
    if path is None:
        return Missing(name, parent, last, f"{message}; '{parent}' is not a package")
    spec = PathFinder.find_spec(name, path)
    if spec is None and isinstance(above, ModuleSpec):
        return None
    return spec or Missing(name, parent, last, message)


def _top_level(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except (ImportError, ValueError):
        return None


def _search_path(module: ModuleType | ModuleSpec) -> list[str] | None:
    locations = module.submodule_search_locations if isinstance(module, ModuleSpec) else vars(module).get("__path__")
    return None if locations is None else list(locations)


def _twin(name: str, spec: ModuleSpec) -> ModuleType | None:
    """The same file, loaded under another name: ``tensorflow.keras.layers`` is a file of the keras package."""
    _, keras, rest = name.partition("tensorflow.keras")
    if not keras or not spec.origin:
        return None
    for tree in (*_LEGACY_TREES, *_KERAS_TREES):
        module = loaded(tree + rest)
        if module is not None and getattr(module, "__file__", None) == spec.origin:
            return module
    return None


def _keras_tree() -> ModuleType | None:
    """The tree behind a lazy ``tf.keras``, if it is loaded already."""
    legacy = os.environ.get("TF_USE_LEGACY_KERAS", "").lower() in ("1", "true")
    trees = _LEGACY_TREES if legacy and loaded("tf_keras") else _KERAS_TREES
    return next((module for module in map(loaded, trees) if module is not None), None)


def _member(parent: Any, part: str) -> Any:
    if isinstance(parent, ModuleType):
        return vars(parent).get(part, _ABSENT)
    if isinstance(parent, type):
        return inspect.getattr_static(parent, part, _ABSENT)
    return _ABSENT


def _is_plain(value: Any) -> bool:
    """Whether a name that is not found in it is certainly absent. Instances of a class may have more than the class."""
    if isinstance(value, ModuleType):
        return not _computes_names(value)
    return False


def _computes_names(module: ModuleType) -> bool:
    return type(module) is not ModuleType or "__getattr__" in vars(module)


def _is_imported(name: str, imported: frozenset[str]) -> bool:
    return any(module == name or module.startswith(name + ".") for module in imported)


def _found(name: str, value: Any) -> Found:
    if isinstance(value, ModuleType):
        return Found(name, "module", getattr(value, "__name__", name), None)
    home = f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}".strip(".")
    if isinstance(value, type):
        return Found(name, "class", home, None)
    if callable(value):
        return Found(name, "function", home, None)
    return Found(name, "property" if isinstance(value, property) else "value", home, None)

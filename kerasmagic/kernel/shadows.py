"""Local files that take the name of a package of the stack, or of a module of Python's own library."""

from __future__ import annotations

import os
import sys
from typing import Any, Iterator, Mapping, NamedTuple

from .distributions import Installed
from .modules import loaded
from .stack import IMPORTED, MODULES

# Names of the library that many people give to a file of theirs, and that nothing in the stack imports.
_HARMLESS = frozenset({"test", "this", "antigravity", "__main__", "site", "sitecustomize", "usercustomize"})


class Shadow(NamedTuple):
    name: str
    """The module whose name is taken: ``keras``, ``numbers``."""
    path: str
    """The local file or folder that takes it."""
    library: bool
    """It hides a module of Python's own library, not one of the stack."""
    in_effect: bool
    """The local one is what is loaded."""

    def to_dict(self) -> dict[str, Any]:
        return self._asdict()


def read_shadows(installed: Installed, modules: Mapping[Any, Any] | None = None) -> tuple[Shadow, ...]:
    """Local files that Python finds, or would find, in place of what is installed."""
    modules = sys.modules if modules is None else modules
    owners = _owners(installed)
    library = os.path.realpath(os.path.dirname(os.__file__))
    hidden = _library_names() - _HARMLESS
    found: list[Shadow] = []
    for directory in installed.path:
        if os.path.realpath(directory) == library:
            hidden = frozenset()  # From here on, Python has found its own modules.
        elif os.path.basename(directory) not in ("site-packages", "dist-packages"):
            found += _shadows_in(directory, owners, hidden, modules)
    return tuple(found)


def _owners(installed: Installed) -> dict[str, str]:
    """The stack's modules -> the directory in which Python should find them, empty where they are not installed."""
    owners = {module: "" for module in (*MODULES.values(), *IMPORTED) if "." not in module}
    for distribution in installed.stack():
        owners[distribution.module] = distribution.location
    return owners


def _shadows_in(
    directory: str, owners: dict[str, str], library: frozenset[str], modules: Mapping[Any, Any]
) -> Iterator[Shadow]:
    for name, path in _importable(directory):
        in_stack = name in owners and owners[name] != directory
        if in_stack or name in library:
            file = (loaded(name, modules) or {}).get("__file__")
            if isinstance(file, str) and not _same_file(file, path):
                continue  # The right one is loaded already; Python will not look again in this kernel.
            yield Shadow(name, path, library=not in_stack, in_effect=isinstance(file, str))


def _importable(directory: str) -> Iterator[tuple[str, str]]:
    """The modules and packages of a directory: (name, path of the file that would run)."""
    try:
        entries = sorted(os.listdir(directory))
    except OSError:
        return
    for entry in entries:
        name, extension = os.path.splitext(entry)
        if extension == ".py":
            yield name, os.path.join(directory, entry)
        elif not extension and os.path.isfile(os.path.join(directory, entry, "__init__.py")):
            yield name, os.path.join(directory, entry, "__init__.py")


def _same_file(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _library_names() -> frozenset[str]:
    """The modules of Python's own library; before Python 3.10 read from its directory."""
    names = getattr(sys, "stdlib_module_names", None)
    if names is None:
        names = {name for name, _ in _importable(os.path.dirname(os.__file__))} | set(sys.builtin_module_names)
    return frozenset(names)

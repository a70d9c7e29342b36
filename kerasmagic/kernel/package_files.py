"""Where the files of an installed package bind a name. They are read, and nothing of them is run."""

from __future__ import annotations

import ast
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Iterator, NamedTuple

_FILES = 3000
_BYTES = 500_000
_NOT_FOR_USERS = ("test", "tests", "testing", "vendor", "examples")


class Home(NamedTuple):
    """A module that binds a name: it defines it, or imports it from another."""

    module: str
    name: str


def homes(package: str, names: set[str]) -> list[Home]:
    """The public modules of a package that bind one of these names; none where the package is not installed."""
    return [
        Home(module, name)
        for module, path in _modules(package)
        for name in sorted(names)
        if name in _bound(path, names)
    ]


def public_names(package: str, module: str) -> list[str]:
    """What a module says itself that it is for: its ``__all__``, or what it binds."""
    path = next((path for name, path in _modules(package) if name == module), None)
    tree = _tree(path) if path is not None else None
    if tree is None:
        return []
    listed = [node.value for node in tree.body if isinstance(node, ast.Assign) and "__all__" in _names(node)]
    texts = [item for value in listed for item in getattr(value, "elts", ())]
    return [str(item.value) for item in texts if isinstance(item, ast.Constant)]


def modules_called(package: str, last: str) -> list[str]:
    """The public modules of a package whose last name is this one, those with the fewest above them first."""
    found = [name for name, _ in _modules(package) if name.rpartition(".")[2] == last]
    return sorted(found, key=lambda name: (name.count("."), name))


def _modules(package: str) -> Iterator[tuple[str, Path]]:
    """The public modules of a package with their files, the package itself first."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return
    count = 0
    for location in (spec.submodule_search_locations or ()) if spec is not None else ():
        for folder, folders, files in os.walk(location):
            folders[:] = sorted(each for each in folders if not each.startswith(("_", ".")) and _is_for_users(each))
            below = (package, *Path(folder).relative_to(location).parts)
            for file in sorted(files):
                stem, ending = os.path.splitext(file)
                if ending != ".py" or (stem.startswith("_") and stem != "__init__"):
                    continue
                count += 1
                if count > _FILES:
                    return
                yield ".".join(below if stem == "__init__" else (*below, stem)), Path(folder, file)


def _is_for_users(folder: str) -> bool:
    return folder not in _NOT_FOR_USERS


def _bound(path: Path, names: set[str]) -> set[str]:
    """Which of these names a file binds at its top."""
    try:
        if path.stat().st_size > _BYTES or not any(name.encode() in path.read_bytes() for name in names):
            return set()
    except OSError:
        return set()
    tree = _tree(path)
    return names.intersection(name for node in tree.body for name in _names(node)) if tree is not None else set()


def _tree(path: Path) -> ast.Module | None:
    try:
        return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None


def _names(node: ast.stmt) -> Iterator[str]:
    """What a statement binds."""
    if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
        yield node.name
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))

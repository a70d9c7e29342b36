"""What an installed package has of which no release is recorded: read from its files, with nothing imported.

What is not found is not known to be missing: a file may compute its names.
"""

from __future__ import annotations

import ast
import os
import sys
from functools import lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Iterator

from ...catalog.target import Found

_MOST_BYTES = 500_000
_STATEMENTS = (ast.If, ast.Try, ast.With)


def import_module(name: str) -> Found | None:
    """What ``import a.b.c`` finds."""
    return Found(name, "module", name, None) if _spec(name, tuple(sys.path)) is not None else None


def import_from(module: str, member: str) -> Found | None:
    """What ``from a.b import c`` finds: a name that the file binds, or a file below."""
    name = f"{module}.{member}"
    kind = _names(module, tuple(sys.path)).get(member)
    below = import_module(name) if kind in (None, "value") else None
    return below or (Found(name, kind, "", None) if kind else None)


def module_below(package: str, last: str, without: str = "") -> str:
    """The one module by a name anywhere below a package, found by its file; empty where there is none, or several.

    Arguments:
        without: a folder of the package that is not looked into.
    """
    found = _files_below(package, without, tuple(sys.path)).get(last, ())
    return found[0] if len(found) == 1 else ""


@lru_cache(maxsize=4)
def _files_below(package: str, without: str, path: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The modules of a package and of all below it, by the last part of their names."""
    spec = _spec(package, path)
    found: dict[str, tuple[str, ...]] = {}
    for location in (spec.submodule_search_locations or ()) if spec is not None else ():
        for folder, below, files in os.walk(location):
            parent = ".".join([package, *Path(folder).relative_to(location).parts])
            below[:] = [each for each in below if each.isidentifier() and f"{parent}.{each}" != without]
            for file in files:
                last = file[: -len(".py")]
                if file.endswith(".py") and last != "__init__":
                    found[last] = (*found.get(last, ()), f"{parent}.{last}")
    return found


@lru_cache(maxsize=256)
def _spec(name: str, path: tuple[str, ...]) -> ModuleSpec | None:
    parent, _, _ = name.rpartition(".")
    if not parent:
        return PathFinder.find_spec(name, list(path))
    above = _spec(parent, path)
    below = above.submodule_search_locations if above is not None else None
    return PathFinder.find_spec(name, list(below)) if below is not None else None


@lru_cache(maxsize=256)
def _names(module: str, path: tuple[str, ...]) -> dict[str, str]:
    """What the file of a module binds, with the kind of each: also what it takes from a file of its own package by
    ``import *``."""
    spec = _spec(module, path)
    file = Path(spec.origin) if spec is not None and spec.origin else None
    try:
        if file is None or file.suffix != ".py" or file.stat().st_size > _MOST_BYTES:
            return {}
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}
    found: dict[str, str] = {}
    for statement in _run(tree.body):
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            found.update(_public(_source_of(statement, module, file), path, module))
        else:
            found.update(_bound_by(statement))
    return found


def _run(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that an import may run, also those under a condition."""
    for statement in body:
        yield statement
        if isinstance(statement, _STATEMENTS):
            yield from _run(statement.body)


def _source_of(statement: ast.ImportFrom, module: str, file: Path) -> str:
    """The module that a statement takes names from, in full."""
    package = module.split(".") if file.name == "__init__.py" else module.split(".")[:-1]
    above = package[: len(package) - statement.level + 1] if statement.level else []
    return ".".join([*above, *filter(None, [statement.module])])


def _public(module: str, path: tuple[str, ...], taker: str) -> dict[str, str]:
    own = module.partition(".")[0] == taker.partition(".")[0] and module != taker
    return {name: kind for name, kind in _names(module, path).items() if not name.startswith("_")} if own else {}


def _bound_by(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    if isinstance(statement, ast.ClassDef):
        yield statement.name, "class"
    elif isinstance(statement, ast.FunctionDef):
        yield statement.name, "function"
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0], "value"
    elif isinstance(statement, ast.Assign):
        yield from ((target.id, "value") for target in statement.targets if isinstance(target, ast.Name))

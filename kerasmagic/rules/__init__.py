"""One idea a file: each module here holds a ``RULE``, and ``MOVES`` where the idea is that names went elsewhere."""

from __future__ import annotations

import pkgutil
import re
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Callable, Iterable

from ..diagnosis.model.move import Moves
from ..diagnosis.model.problem import Problem
from ..diagnosis.model.rule import Rule

_IS_RULE = re.compile(r"k[a-z]\d{3}_")
_OF_CELLS = ("arguments", "imports", "optimizers", "session")
_OF_ENVIRONMENTS = ("environment", "session")
_FAMILIES = ("arguments", "environment", "imports", "optimizers", "saved", "session")


@lru_cache(maxsize=8)
def _modules(*families: str) -> tuple[ModuleType, ...]:
    found: list[ModuleType] = []
    for family in families:
        package = import_module(f"{__name__}.{family}")
        names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
        found += [import_module(f"{package.__name__}.{name}") for name in names if _IS_RULE.match(name)]
    return tuple(sorted(found, key=lambda module: module.RULE.code))


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of their codes."""
    return tuple(sorted((module.RULE for module in _modules(*_FAMILIES)), key=lambda rule: rule.code))


@lru_cache(maxsize=1)
def cell_entrances() -> tuple[Callable[..., Iterable[Problem]], ...]:
    """The ``on_cell`` of each rule that has one; a check starts sooner without the rules about all else."""
    return tuple(module.RULE.on_cell for module in _modules(*_OF_CELLS) if module.RULE.on_cell)


def environment_rules() -> tuple[Rule, ...]:
    """The rules about what is installed (``KE``). Only their files are imported: ``%keras_env`` must answer at once."""
    return tuple(module.RULE for module in _modules(*_OF_ENVIRONMENTS))


@lru_cache(maxsize=1)
def moves() -> Moves:
    """All that the rules know about names that went elsewhere."""
    return Moves({module.RULE.code: module.MOVES for module in _modules(*_OF_CELLS) if hasattr(module, "MOVES")})


def rule(code: str) -> Rule:
    """The rule of this code.

    Raises:
        KeyError: there is no such rule.
    """
    for module in _modules(*_FAMILIES):
        if module.RULE.code == code.upper():
            return module.RULE  # type: ignore[no-any-return]
    raise KeyError(code)

"""One idea a file: each module here holds a ``RULE``, and ``MOVES`` where the idea is that names went elsewhere."""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from ..move import Moves
from ..rule import Rule


@lru_cache(maxsize=2)
def _modules(prefix: str = "") -> tuple[ModuleType, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}") for name in names if name.startswith(prefix))


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of their codes."""
    return tuple(sorted((module.RULE for module in _modules() if hasattr(module, "RULE")), key=lambda rule: rule.code))


def environment_rules() -> tuple[Rule, ...]:
    """The rules about what is installed (``KE``). Only their files are imported: ``%keras_env`` must answer at once."""
    return tuple(module.RULE for module in _modules("ke"))


@lru_cache(maxsize=1)
def moves() -> Moves:
    """All that the rules know about names that went elsewhere."""
    return Moves({module.RULE.code: module.MOVES for module in _modules() if hasattr(module, "MOVES")})


def rule(code: str) -> Rule:
    """The rule of this code.

    Raises:
        KeyError: there is no such rule.
    """
    for candidate in rules():
        if candidate.code == code.upper():
            return candidate
    raise KeyError(code)

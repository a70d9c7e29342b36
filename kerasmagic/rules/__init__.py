"""One idea a file, by family. ``RULES`` imports a family when something asks for it."""

from __future__ import annotations

import pkgutil
import re
from functools import lru_cache
from importlib import import_module
from typing import Mapping, Sequence

from ..diagnosis.model.argument import Argument
from ..diagnosis.model.move import Moves
from ..diagnosis.model.rule import Rule

__all__ = ["RULES", "Registry"]

_FAMILIES = {
    "arguments": ("cell", "failure"),
    "contracts": ("session", "failure"),
    "environment": ("environment", "failure"),
    "imports": ("cell", "failure"),
    "optimizers": ("cell", "failure", "optimizer"),
    "saved": ("failure", "model"),
    "session": ("cell", "environment", "failure"),
    "failures": ("session", "failure"),
}
"""Each folder, and the entrances of its rules: a check starts sooner without the rules about all else. Those that enter
by a cell in a ``session`` look at live objects: a check of files has none."""
_IS_RULE = re.compile(r"k[a-z]\d{3}_")


class Registry:
    """The rules of the families' folders (``diagnosis.model.registry.Rules``)."""

    def all(self) -> tuple[Rule, ...]:
        return _by_code(*_FAMILIES)

    def of_cells(self, live: bool = False) -> tuple[Rule, ...]:
        return _with("on_cell", "cell", "session") if live else _with("on_cell", "cell")

    def of_failures(self) -> tuple[Rule, ...]:
        return _with("on_failure", "failure")

    def of_answers(self) -> tuple[Rule, ...]:
        return _with("on_answer", "failure")

    def of_environments(self) -> tuple[Rule, ...]:
        return _entering("environment")

    def of_optimizers(self) -> tuple[Rule, ...]:
        return _with("on_optimizer", "optimizer")

    def of_models(self) -> tuple[Rule, ...]:
        return _with("on_model", "model")

    def get(self, code: str) -> Rule:
        return _in_file(_files()[code.upper()])

    def teller(self, what: str) -> str:
        code = _tellers().get(what)
        return code or next(rule.code for rule in self.all() if rule.tells == what)

    @property
    def moves(self) -> Moves:
        return _moves()

    @property
    def arguments(self) -> Mapping[str, Sequence[tuple[str, Argument]]]:
        return _arguments()


RULES = Registry()


@lru_cache(maxsize=1)
def _files() -> dict[str, str]:
    """The code and the module of every rule, as the names of the files tell them: one is loaded without the others."""
    found: dict[str, str] = {}
    for family in _FAMILIES:
        package = import_module(f"{__name__}.{family}")
        names = sorted(each.name for each in pkgutil.iter_modules(package.__path__) if _IS_RULE.match(each.name))
        found.update((name[:5].upper(), f"{package.__name__}.{name}") for name in names)
    return found


def _in_file(module: str) -> Rule:
    rule: Rule = import_module(module).RULE
    return rule


@lru_cache(maxsize=None)
def _family(name: str) -> tuple[Rule, ...]:
    return tuple(_in_file(module) for module in _files().values() if module.startswith(f"{__name__}.{name}."))


@lru_cache(maxsize=None)
def _by_code(*families: str) -> tuple[Rule, ...]:
    return tuple(sorted((rule for family in families for rule in _family(family)), key=lambda rule: rule.code))


@lru_cache(maxsize=None)
def _entering(*entrances: str) -> tuple[Rule, ...]:
    return _by_code(*(family for family, its in _FAMILIES.items() if any(each in its for each in entrances)))


@lru_cache(maxsize=None)
def _with(function: str, *entrances: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in _entering(*entrances) if getattr(rule, function))


@lru_cache(maxsize=1)
def _tellers() -> dict[str, str]:
    return {rule.tells: rule.code for rule in _entering("cell") if rule.tells}


@lru_cache(maxsize=1)
def _moves() -> Moves:
    return Moves({rule.code: rule.moves for rule in _entering("cell")})


@lru_cache(maxsize=1)
def _arguments() -> dict[str, list[tuple[str, Argument]]]:
    found: dict[str, list[tuple[str, Argument]]] = {}
    for rule in _entering("cell"):
        for argument in rule.arguments:
            found.setdefault(argument.keyword, []).append((rule.code, argument))
    return found

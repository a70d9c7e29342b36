"""What took the place of a name, in the newest recorded releases."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from ...catalog import releases
from ...catalog.difference import Difference
from ...catalog.history import full_name, history
from ...catalog.target import Found, Target
from ..model.registry import Rules
from ..resolve.arguments import instead
from ..resolve.moved import advice
from ..resolve.notes import note_on
from ..resolve.target import TargetWorld
from .search import ALIKE, FLATTENED, MOVED, SAME, SPELLING, find

_KNOWN = (SAME, MOVED, FLATTENED)
_ROUNDABOUT = re.compile(r"\.compat\.v\d\.keras\b|^tensorflow\.compat\.v2\.|\.raw_ops\.")


class Successor(NamedTuple):
    """Names to use today, best first, and what to do where a name alone is no answer."""

    names: tuple[str, ...] = ()
    advice: str = ""
    spelling: bool = False
    """Whether the names are what a misspelled one may have meant."""
    note: str = ""
    """What the newest release that has it says itself of its deprecation."""


def successor(name: str, rules: Rules) -> Successor:
    """What the rules and the catalog know to use in the place of a name that the newest releases do not have.

    Arguments:
        name: as a program writes it; without its package, too: "LocallyConnected1D".
        rules: what is known of names that went elsewhere.

    Raises:
        CatalogError: the catalog's file is missing or damaged.
    """
    name = full_name(name)
    called, _, keyword = name.rpartition(".")
    argument = instead(called, keyword, rules)
    if argument and history(name).arguments:
        return Successor(advice=argument)
    newest = {product: releases()[product][-1] for product in ("tensorflow", "keras", "tf_keras")}
    world = TargetWorld(Target(newest), rules)
    found = (candidate for candidate in find(name, world) if not _ROUNDABOUT.search(candidate.name))
    candidates = list(islice(found, 3))
    told = [moved.move.advice for moved in advice(name, world) if moved.move.advice]
    only_keras_2 = all(candidate.name.startswith("tf_keras.") for candidate in candidates)
    method = _instead(name.rpartition(".")[2], rules) if only_keras_2 and not told else ""
    spelling = bool(candidates) and all(candidate.how in (SPELLING, ALIKE) for candidate in candidates)
    words = told[0] if told else method or (f"As an argument, write {argument}" if argument else "")
    note = note_on(name, world)
    names = tuple(candidate.name for candidate in candidates)
    return Successor(names, words, spelling, note.text if note else "")


def _instead(method: str, rules: Rules) -> str:
    """What the rules say to do in the place of calling a method that is gone."""
    said = (rule.instead(method) for rule in rules.of_cells() if rule.instead)
    return next(filter(None, said), "")


def successors(found: Difference, rules: Rules) -> dict[str, str]:
    """For names that a release lacks, what to write for the same object there; methods have no other names."""
    world = TargetWorld(found.after, rules)
    names = (name for name in found.gone if not _is_of_class(name, found.before))
    return {name: now for name in names for now in (_same(name, world),) if now}


def _is_of_class(name: str, target: Target) -> bool:
    owner = target.attribute(name.rpartition(".")[0])
    return isinstance(owner, Found) and owner.kind == "class"


def _same(name: str, world: TargetWorld) -> str:
    root = name.partition(".")[0]
    found = (each.name for each in find(name, world) if each.how in _KNOWN and each.kind != "module")
    return next((other for other in found if other.partition(".")[0] == root and ".compat." not in other), "")

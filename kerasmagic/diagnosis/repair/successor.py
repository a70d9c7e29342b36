"""What took the place of a name, in the newest recorded releases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from ...catalog import releases
from ...catalog.history import full_name
from ...catalog.target import Target
from ...rules.arguments import ka201_removed_methods
from ..resolve.world import TargetWorld
from .search import SPELLING, advice, find

_ROUNDABOUT = re.compile(r"\.compat\.v\d\.keras\b")


@dataclass(frozen=True)
class Successor:
    """Names to use today, best first, and what to do where a name alone is no answer."""

    names: tuple[str, ...] = ()
    advice: str = ""
    spelling: bool = False
    """Whether the names are what a misspelled one may have meant."""


def successor(name: str) -> Successor:
    """What the rules and the catalog know to use in the place of a name that the newest releases do not have.

    Arguments:
        name: as a program writes it; without its package, too: "LocallyConnected1D".

    Raises:
        CatalogError: the catalog's file is missing or damaged.
    """
    name = full_name(name)
    newest = {product: releases()[product][-1] for product in ("tensorflow", "keras", "tf_keras")}
    world = TargetWorld(Target(newest))
    found = (candidate for candidate in find(name, world) if not _ROUNDABOUT.search(candidate.name))
    candidates = list(islice(found, 3))
    told = [moved.move.advice for moved in advice(name) if moved.move.advice]
    only_keras_2 = all(candidate.name.startswith("tf_keras.") for candidate in candidates)
    method = ka201_removed_methods.instead(name.rpartition(".")[2]) if only_keras_2 and not told else ""
    spelling = bool(candidates) and all(candidate.how == SPELLING for candidate in candidates)
    return Successor(tuple(candidate.name for candidate in candidates), told[0] if told else method, spelling)

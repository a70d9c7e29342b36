"""Names that no release has, and that stand for another one: with a slip of the finger, or without its package.

First comes what is here, then what some release had: ``keras.wrappers.sckit_learn`` is ``scikit_learn``, which is gone.
"""

from __future__ import annotations

from typing import Iterator

from ...catalog import history
from ...catalog.store import CatalogError
from .moved import canonical_root, known_move, lookup
from .spelling import is_slip, near_names
from .world import World

_MODULES = 6
"""More modules than there are of one name."""


def intended(name: str, world: World) -> str:
    """The name of earlier or later releases that was meant; the name itself where it is one, or nothing is near."""
    try:
        return _intended(canonical_root(name), world) or name
    except CatalogError:
        return name


def is_without_package(name: str, world: World) -> bool:
    """Whether a module of Keras is asked for as if it were a package: ``from tensorflow_backend import …``."""
    return name.partition(".")[0] not in _products() and intended(name, world) != name


def _intended(name: str, world: World) -> str:
    """The same, "" where there is none."""
    root, _, rest = name.partition(".")
    if root not in _products():
        return _in_keras(name) if rest and known_move(name, world) is None else ""
    found = next(_read_as(root, rest, world), "")
    return found if found != name and lookup(found, world) is None else ""


def _read_as(owner: str, rest: str, world: World) -> Iterator[str]:
    """What a name may mean, part by part, in the order of likelihood: each has been in some release."""
    part, _, further = rest.partition(".")
    if not part:
        yield owner
        return
    known = f"{owner}.{part}"
    moved = known_move(known, world)  # the rules know some names of releases before the record begins
    if history.spans(known) or lookup(known, world) is not None or (moved is not None and not moved.rest):
        yield from _read_as(known, further, world)
        return
    for names in (world.names(owner), history.names(owner)):
        for near in near_names(part, names):
            if is_slip(part, near):
                yield from _read_as(f"{owner}.{near}", further, world)


def _products() -> tuple[str, ...]:
    try:
        return history.products()
    except CatalogError:
        return ()


def _in_keras(name: str) -> str:
    """A name of a module that is asked for without its package: ``tensorflow_backend.set_session``."""
    root, _, rest = name.partition(".")
    owners = [owner for owner in history.elsewhere(root, _MODULES) if owner.startswith("keras.")]
    return next((f"{owner}.{rest}" for owner in owners if history.spans(f"{owner}.{rest}")), "")

"""The releases that files are checked for, by the names that people give them."""

from __future__ import annotations

from functools import lru_cache

from ..catalog import FIRST, since
from ..catalog.target import Target
from ..diagnosis.resolve.kernel import KernelWorld
from ..diagnosis.resolve.target import TargetWorld
from ..rules import RULES

INSTALLED = ""
"""The name of what is installed where this runs, or of the newest recorded release where nothing is."""


@lru_cache(maxsize=64)
def target(name: str) -> Target:
    """The target of this name.

    Raises:
        catalog.CatalogError: there is no record of it; the message lists what there is.
    """
    if name != INSTALLED:
        return Target.parse(name)
    return (KernelWorld(RULES).target if is_installed() else None) or newest()


@lru_cache(maxsize=64)
def world_of(chosen: Target, origin: str = "") -> TargetWorld:
    """The world of a target, for code that was written for another one, if ``origin`` names that."""
    return TargetWorld(chosen, RULES, world(origin) if origin else None)


def world(name: str) -> TargetWorld:
    return world_of(target(name))


@lru_cache(maxsize=1)
def is_installed() -> bool:
    """Whether there is a TensorFlow or Keras where this runs; it is not imported."""
    here = KernelWorld(RULES)
    return any(here.version(root) for root in ("tensorflow", "keras", "tf_keras"))


def all_targets(first: str = FIRST) -> tuple[str, ...]:
    """The names of all recorded TensorFlow releases from one on, oldest first."""
    return tuple(f"tensorflow=={version}" for version in since(first))


def newest() -> Target:
    return Target.parse(all_targets()[-1])


def notes(name: str) -> tuple[str, ...]:
    """What should be said about a target: how it was chosen, and which record stands in for another release."""
    chosen = target(name)
    if name != INSTALLED or is_installed():
        return chosen.notes
    return (
        f"No TensorFlow or Keras is installed here, so this is for {chosen.name}; --target names another release.",
        *chosen.notes,
    )

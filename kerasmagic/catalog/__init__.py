"""What each TensorFlow, Keras and tf_keras release offers, as measured in real installs; old ones read from source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .store import CatalogError

if TYPE_CHECKING:
    from .target import Target

__all__ = ["FIRST", "CatalogError", "releases", "since", "targets"]


def releases() -> dict[str, tuple[str, ...]]:
    """Product (``tensorflow``, ``keras``, ``tf_keras``, …) -> recorded releases, oldest first.

    Raises:
        CatalogError: the catalog's file is missing or damaged.
    """
    from . import reader

    return dict(reader.releases())


FIRST = "2.0"
"""Where "all releases" begins unless somebody asks for older ones: 1.4 to 1.14 need Python 3.6, 1.15 needs 3.7."""


def since(first: str = FIRST) -> tuple[str, ...]:
    """The recorded TensorFlow releases from one on, oldest first.

    Raises:
        CatalogError: there is none, or the catalog's file is missing or damaged.
    """
    wanted = _numbers(first)
    found = tuple(version for version in releases()["tensorflow"] if _numbers(version) >= wanted)
    if not found or not wanted:
        raise CatalogError(f"There is no record of a TensorFlow release from {first} on.")
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())


def targets(first: str = FIRST) -> tuple[Target, ...]:
    """One target for each recorded TensorFlow release from one on, as pip installs it, oldest first."""
    from .target import Target

    return tuple(Target.parse(f"tensorflow=={version}") for version in since(first))

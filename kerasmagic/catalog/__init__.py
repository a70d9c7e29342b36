"""What each TensorFlow, Keras and tf_keras release offers, as measured in real installs."""

from __future__ import annotations

from .store import CatalogError
from .target import Target

__all__ = ["CatalogError", "releases", "targets"]


def releases() -> dict[str, tuple[str, ...]]:
    """Product (``tensorflow``, ``keras``, ``tf_keras``, …) -> recorded releases, oldest first.

    Raises:
        CatalogError: the catalog's file is missing or damaged.
    """
    from . import reader

    return dict(reader.releases())


def targets() -> tuple[Target, ...]:
    """One target for each recorded TensorFlow release, as pip installs it, oldest first."""
    return tuple(Target.parse(f"tensorflow=={version}") for version in releases()["tensorflow"])

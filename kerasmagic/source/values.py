"""What a name or an expression can stand for."""

from __future__ import annotations

from typing import Any, NamedTuple, Union


class Instance(NamedTuple):
    """An object whose class is evident."""

    base: str
    """The canonical name of its class, or of the nearest base that is not the user's own: "keras.Model"."""
    own: frozenset[str] = frozenset()
    """Names that the user's classes in front of ``base``, or the object itself, define."""


class Subclass(NamedTuple):
    """A class of the user's with one evident base."""

    base: str
    own: frozenset[str] = frozenset()


class Maker(NamedTuple):
    """A function of the user's that gives an object whose class is evident."""

    made: Instance


Value = Union[str, Instance, Subclass, Maker, None]
"""A canonical dotted name (of a module, class, function...), an object, a class, a function; None: something
unknown."""


MISSING: Any = object()
"""In place of what a name stood for: it was not bound."""

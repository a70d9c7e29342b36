"""What a name or an expression can stand for."""

from __future__ import annotations

from typing import Any, NamedTuple, Union


class Instance(NamedTuple):
    """An object whose class is evident."""

    base: str
    """The canonical name of its class, or of the nearest base that is not the user's own: "keras.Model"; empty for a
    class that is the user's own altogether."""
    own: frozenset[str] = frozenset()
    """Names that the user's classes in front of ``base``, or the object itself, define."""
    of: str = ""
    """The user's class, under which the attributes are known that its functions set (``Bindings.members``)."""


class Subclass(NamedTuple):
    """A class of the user's with at most one evident base."""

    base: str
    own: frozenset[str] = frozenset()
    of: str = ""


class Parameter(NamedTuple):
    """What a function is called with, as what it gives back."""

    name: str


class Function(NamedTuple):
    """A function of the user's."""

    name: str
    """``build``; of a class, ``Trainer.build``."""
    parameters: tuple[str, ...] = ()
    """The names of what can be passed by position, in order, without ``self``."""
    returns: Any = None
    """The Value that it gives back, or a Parameter, where one is evident."""


class Items(NamedTuple):
    """A tuple or a list of which something is known."""

    items: tuple[Any, ...]
    """The Value of each."""
    many: bool = False
    """There may be any number, all of them like the first."""

    def each(self) -> Any:
        """What all of them are; None where they differ."""
        return self.items[0] if self.items and all(item == self.items[0] for item in self.items) else None

    def at(self, index: int) -> Any:
        if self.many:
            return self.items[0]
        return self.items[index] if -len(self.items) <= index < len(self.items) else None


Value = Union[str, Instance, Subclass, Function, Items, None]
"""A canonical dotted name (of a module, class, function...), an object, a class, a function, a sequence; None:
something unknown."""


MISSING: Any = object()
"""In place of what a name stood for: it was not bound."""

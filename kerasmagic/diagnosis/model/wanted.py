"""What an exception says was asked for in vain."""

from __future__ import annotations

from typing import NamedTuple

MODULE, NAME, ATTRIBUTE, KEYWORD, REQUIRED, VALUE, VARIABLE, KEY = (
    "module",
    "name",
    "attribute",
    "keyword",
    "required",
    "value",
    "variable",
    "key",
)


class Wanted(NamedTuple):
    """What was asked for in vain."""

    kind: str
    """``module`` (of an import), ``name`` (of a from-import), ``attribute`` (of a module, class or object),
    ``keyword`` (of a call), ``required`` (an argument that a call lacks), ``value`` (a string or object that Keras
    could not interpret), ``variable`` or ``key``."""
    owner: str = ""
    """Where it was sought: the module of a name; the module, class or object of an attribute; the function of a
    keyword; the sort of a value ("optimizer"). Empty where the exception does not say."""
    members: tuple[str, ...] = ()
    """What was sought: a dotted module, a name, the keywords."""

    @property
    def member(self) -> str:
        return self.members[0] if self.members else ""

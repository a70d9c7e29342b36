"""How a function or a class is called, as recorded, and how the arguments of a call find their places in it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, Sequence


class Parameter(NamedTuple):
    """One parameter: ``kind`` is ``positional-only``, ``positional``, ``var-positional``, ``keyword`` or
    ``var-keyword``; ``default`` is the source text of the default, None where there is none."""

    name: str
    kind: str
    default: str | None = None


class Call(NamedTuple):
    """How the arguments of a call find their places."""

    places: tuple[str, ...]
    """For each positional argument, the parameter that takes it; of those that are too many, none."""
    most: int | None = None
    """How many positional arguments there may be, where there are too many."""
    twice: tuple[str, ...] = ()
    """What is given by its place and by its name."""
    lacking: tuple[str, ...] = ()
    """What must be given and is not."""
    refused: tuple[str, ...] = ()
    """Keywords that are not taken."""

    @property
    def fits(self) -> bool:
        return self.most is None and not (self.twice or self.lacking or self.refused)


class Signature(NamedTuple):
    parameters: tuple[Parameter, ...]
    open: bool
    """Whether it takes ``**kwargs``."""
    extra: tuple[str, ...] | None = None
    """What is really accepted through ``**kwargs``, where it was measured."""
    ignored: tuple[str, ...] = ()
    """What of it is taken with a warning, and changes nothing."""
    bound: bool = False
    """Whether it is a method's, without the parameter for the instance."""

    @property
    def names(self) -> tuple[str, ...]:
        """What may be given by name, as far as that is known."""
        return (*(item.name for item in self.parameters if item.kind in ("positional", "keyword")), *(self.extra or ()))

    @property
    def places(self) -> tuple[Parameter, ...]:
        """What may be given by its place, in order."""
        return tuple(item for item in self.parameters if item.kind in ("positional-only", "positional"))

    @property
    def is_wrapped(self) -> bool:
        """``(*args, **kwargs)``: a decorator's, which tells nothing."""
        return [item.kind for item in self.parameters] == ["var-positional", "var-keyword"]

    def default(self, name: str) -> str | None:
        """The source text of a parameter's default."""
        return next((item.default for item in self.parameters if item.name == name), None)

    def bind(self, positional: int = 0, keywords: Sequence[str] = ()) -> Call:
        """How a call with so many positional arguments and these keywords finds its places."""
        order = self.places
        starred = [item.name for item in self.parameters if item.kind == "var-positional"]
        places = [item.name for item in order[:positional]]
        places += starred * (positional - len(places))
        by_name = {item.name for item in self.parameters if item.kind in ("positional", "keyword")}
        given = {*places, *keywords}
        needed = (item for item in self.parameters if item.kind in ("positional-only", "positional", "keyword"))
        unknown = self.open and self.extra is None
        return Call(
            places=tuple(places),
            most=len(order) if positional > len(places) else None,
            twice=tuple(name for name in keywords if name in by_name and name in places),
            lacking=tuple(item.name for item in needed if item.default is None and item.name not in given),
            refused=() if unknown else tuple(name for name in keywords if name not in self.names),
        )

    def __str__(self) -> str:
        marks = {"var-positional": "*", "var-keyword": "**"}
        parts: list[str] = []
        starred = False
        for parameter in self.parameters:
            if parameter.kind == "keyword" and not starred:
                parts.append("*")
                starred = True
            starred = starred or parameter.kind == "var-positional"
            default = "" if parameter.default is None else f"={parameter.default}"
            parts.append(marks.get(parameter.kind, "") + parameter.name + default)
        return f"({', '.join(parts)})"


@lru_cache(maxsize=4096)
def read_signature(text: str, bound: bool = False) -> Signature:
    """A recorded signature; ``bound`` leaves out the first parameter, which a method gets from its instance."""
    parameters: list[Parameter] = []
    extra: tuple[str, ...] | None = None
    ignored: tuple[str, ...] = ()
    for line in text.split("\n") if text else ():
        kind = "positional"
        for mark, meaning in (
            ("**", "var-keyword"),
            ("*", "var-positional"),
            ("&", "keyword"),
            ("/", "positional-only"),
        ):
            if line.startswith(mark):
                kind, line = meaning, line[len(mark) :]
                break
        if line.startswith("!"):
            taken = line[1:].split()
            extra = tuple(keyword.rstrip("?") for keyword in taken)
            ignored = tuple(keyword[:-1] for keyword in taken if keyword.endswith("?"))
            continue
        name, equals, default = line.partition("=")
        parameters.append(Parameter(name, kind, default if equals else None))
    if bound and parameters and parameters[0].kind in ("positional", "positional-only"):
        parameters.pop(0)
    is_open = any(parameter.kind == "var-keyword" for parameter in parameters)
    return Signature(tuple(parameters), is_open, extra, ignored, bound)

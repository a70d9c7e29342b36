"""What a name stands for, as far as source code tells without being run."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Iterator, Union

UNKNOWN = object()
"""Stands for the content of a value that the source does not tell."""

# Two things are one only if they are the same object: a name of it more.


@dataclass(eq=False)
class Module:
    name: str
    path: Path
    package: bool
    names: Names = field(default_factory=dict)
    whole: bool = True
    """Whether there can be no other names in it."""
    needs: str = ""
    """A package that it cannot be imported without, and that may not be there."""


@dataclass(eq=False)
class Class:
    module: str
    path: str
    """Its name, behind that of the class that it stands in."""
    node: ast.ClassDef
    bases: tuple[Value, ...]
    names: Names = field(default_factory=dict)
    metaclass: Value | None = None
    whole: bool = True


@dataclass(eq=False)
class Function:
    module: str
    path: str
    node: ast.FunctionDef | ast.Lambda
    signature: str
    """As the record has it, with the parameter for the instance."""
    scope: Module
    local: bool = False
    """Whether it was made inside another function: then its own name says nothing."""
    around: tuple[Value, ...] = ()
    """What that other function was given: what a decorator stands before."""


@dataclass(eq=False)
class Method:
    """A function inside another object: a ``property``, ``staticmethod``, ``classmethod`` or ``partial``, or what an
    unknown decorator made of it (``""``)."""

    kind: str
    function: Function | None


@dataclass(eq=False)
class Outside:
    """Something of a package that is not read; ``module``: it is certainly one."""

    name: str
    module: bool = False


@dataclass(eq=False)
class Plain:
    """A value: of which builtin type, ``""`` where that is not known, and what it is."""

    type: str = ""
    content: object = UNKNOWN


@dataclass(eq=False)
class Perhaps:
    """It depends on what only a run knows whether the name is there at all."""


Value = Union[Module, Class, Function, Method, Outside, Plain, Perhaps]
Names = Dict[str, Value]


def plain(content: object) -> Plain:
    return Plain(type(content).__name__, content)


def lineage(owner: Class) -> list[Value]:
    """The class and its bases in the order of look-up, as Python makes it; what is not read has no bases here."""
    tails: list[list[Value]] = [lineage(base) if isinstance(base, Class) else [base] for base in owner.bases]
    tails.append(list(owner.bases))
    return [owner, *_merged(tails)]


def metaclass(owner: Class) -> Value | None:
    """What makes the class, where that is not ``type``: a class has that of its bases."""
    made = (each.metaclass for each in lineage(owner) if isinstance(each, Class))
    return next((each for each in made if each is not None), None)


def _merged(tails: list[list[Value]]) -> Iterator[Value]:
    while True:
        tails = [tail for tail in tails if tail]
        if not tails:
            return
        first = next(
            (tail[0] for tail in tails if not any(tail[0] in other[1:] for other in tails)),
            tails[0][0],
        )
        yield first
        tails = [[each for each in tail if each is not first] for tail in tails]

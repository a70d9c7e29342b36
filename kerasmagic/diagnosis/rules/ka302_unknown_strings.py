"""A string that Keras should turn into a loss, an activation or another object, and does not know."""

from __future__ import annotations

import ast
from typing import Iterator

from ...source.cell import read_cell
from ...source.edits import Edit, apply_edits
from ...source.position import Range
from ..failure import VALUE, Failure
from ..problem import ERROR, Fix, Problem
from ..rule import Lesson, Rule
from ..search import near_name
from ..world import World

_PACKAGES = {
    "activation": "activations",
    "loss": "losses",
    "metric": "metrics",
    "initializer": "initializers",
    "regularizer": "regularizers",
    "optimizer": "optimizers",
}
_RENAMED = {
    "cosine_proximity": "cosine_similarity",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
}


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted = failure.wanted
    if wanted is None or wanted.kind != VALUE or wanted.owner not in _PACKAGES:
        return
    string = wanted.member.strip("'\"`. ")
    found = _literal(failure.source, string)
    if not string.isidentifier() or found is None:
        return
    package = _PACKAGES[wanted.owner]
    tree = "keras" if world.version("keras") else "tensorflow.keras"
    names = world.names(f"{tree}.{package}")
    new = (
        _RENAMED.get(string)
        if _RENAMED.get(string) in names
        else near_name(string, tuple(n for n in names if n != string))
    )
    fixes = []
    if new and new != string:
        fixes.append(
            Fix(
                "edit",
                f"Write {new!r}",
                source=apply_edits(failure.source, [Edit(found, new)]),
                verified=True if new in names else None,
                evidence=f"{tree}.{package}.{new} is {world.where(tree)}.",
                replacement=repr(new),
            )
        )
    else:
        fixes.append(Fix("manual", f"{tree}.{package} has: {', '.join(name for name in names if name.islower())}."))
    yield Problem(
        rule="KA302",
        severity=ERROR,
        title=f"Keras knows no {wanted.owner} called {string!r}",
        cause=f"A string is looked up among the names of {tree}.{package}.",
        range=found,
        reference=f"{wanted.owner}:{string}",
        fixes=tuple(fixes),
    )


def _literal(text: str, string: str) -> Range | None:
    """The inside of the one string literal of this value; None if there is none, or more than one."""
    cell = read_cell(text)
    if cell.tree is None:
        return None
    found: tuple[ast.Constant, ...] = tuple(
        node for node in ast.walk(cell.tree) if isinstance(node, ast.Constant) and node.value == string
    )
    if len(found) != 1:
        return None
    where = cell.range(found[0])
    if cell.segment(where)[1:-1] != string:
        return None
    return Range(where.line, where.column + 1, where.end_line, where.end_column - 1)


RULE = Rule(
    code="KA302",
    name="string that Keras does not know",
    lesson=Lesson(
        what="``loss='cosine_proximity'`` or ``activation='LeakyReLU'`` ends in ValueError: Unknown, or Could "
        "not interpret.",
        why="Strings are looked up among the functions of one package; those were renamed, too, and layers are not "
        "among activations in every release.",
        related=("KI111",),
    ),
    on_failure=on_failure,
)

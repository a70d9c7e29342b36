"""What the rules know of where a name went, and whether a name is here."""

from __future__ import annotations

from functools import lru_cache

from ...catalog.target import Found, Missing
from ..model.move import Moved, Moves, split_tree
from .world import World

VERSION_1 = "tensorflow.compat.v1."
"""What a program calls ``tf`` that was written for TensorFlow 1."""


def advice(name: str, world: World) -> list[Moved]:
    """What the rules say about a name for a person to do, the most specific first."""
    moves = world.rules.moves
    found = [moved for key in keys(name) for moved in moves.of(key)]
    further = [new for moved in found if moved.move.old != name for new in moved.targets("keras") if new != name]
    told = [moved for moved in found if moved.move.advice or moved.move.commands]
    return told or [moved for new in further for moved in moves.of(new) if moved.move.advice or moved.move.commands]


def known_move(name: str, world: World) -> Moved | None:
    """The most specific thing that the rules know about a name; not what is only an install."""
    return _known_move(name, world.rules.moves)


@lru_cache(maxsize=4096)
def _known_move(name: str, moves: Moves) -> Moved | None:
    found = (moved for key in keys(name) for moved in moves.of(key))
    return next((moved for moved in found if moved.move.new or moved.move.advice), None)


def lookup(name: str, world: World) -> Found | None:
    """What a dotted name finds when it is imported, as a module or from its parent; None if nothing is certain."""
    parent, _, last = name.rpartition(".")
    answer = world.import_from(parent, last) if parent else world.import_module(name)
    if answer is None or (isinstance(answer, Missing) and answer.parent != parent):
        answer = world.attribute(name)  # a member of a class cannot be imported
    return answer if isinstance(answer, Found) and not _only_imports(name, world) else None


def _only_imports(name: str, world: World) -> bool:
    """Keras 3 keeps ``optimizers.legacy`` for imports; its classes raise when they are called."""
    keras = world.version("keras") or ""
    return (
        ".optimizers.legacy" in name and not name.startswith("tf_keras") and not keras.startswith("2.") and bool(keras)
    )


def canonical_root(name: str) -> str:
    """The name with its root as TensorFlow and Keras spell it: ``tf`` and ``TensorFlow`` are ``tensorflow``."""
    root, dot, rest = name.partition(".")
    root = {"tf": "tensorflow"}.get(root.lower(), root.lower())
    if root == "tensorflow" and rest.lower().partition(".")[0] == "keras":
        rest = rest.lower().partition(".")[0] + rest[len("keras") :]
    return root + dot + rest


def keys(name: str) -> list[str]:
    """The names under which the rules may know something about a name."""
    canonical = canonical_root(name)
    split = split_tree(canonical)
    keys = [canonical]
    if split:
        keys.append(f"keras.{split[1]}" if split[1] else "keras")
    if canonical.startswith(VERSION_1):  # what a program calls tf has neither contrib nor what ended before TF 1.13
        keys.append(f"tensorflow.{canonical[len(VERSION_1) :]}")
    return list(dict.fromkeys(keys))

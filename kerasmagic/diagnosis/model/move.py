"""Where a name went whose meaning lives on elsewhere: facts that no record of objects can show.

The record of releases knows one object under two names. It cannot know that ``Convolution2D`` is what ``Conv2D`` does
today, or that nothing took the place of ``Merge``. The rules hold such knowledge, one idea a file, in ``MOVES``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Iterator, NamedTuple


class Move(NamedTuple):
    """A dotted name, or everything below it, and where it went.

    A name that begins with ``keras.`` stands for every tree of Keras: ``keras``, ``tensorflow.keras``, ``tf_keras``.
    """

    old: str
    new: tuple[str, ...] = ()
    """Where to look, best first; what followed the old name follows the new one. Empty: nothing took its place."""
    advice: str = ""
    """What people do instead, for a person to do: it is not an edit."""
    as_base: str = ""
    """The same where a class of the user's is built on it."""
    commands: tuple[str, ...] = ()
    """What to install for it, with ``{tensorflow}`` for this TensorFlow's minor release: "scikeras"."""
    then: str = ""
    """What to write after the install, in a sentence."""
    whole: bool = False
    """Only this very name, not what is below it."""


class Moved(NamedTuple):
    """A move that applies to a name, and what is left of the name after the old part."""

    move: Move
    rule: str
    rest: str

    def targets(self, root: str) -> Iterator[str]:
        """The new names, in this tree of Keras."""
        for new in self.move.new:
            head, dot, tail = new.partition(".")
            yield (f"{root}{dot}{tail}" if head == "keras" else new) + self.rest


class Moves:
    """All moves, found by the longest old name."""

    def __init__(self, moves: dict[str, tuple[Move, ...]]) -> None:
        self._by_name: dict[str, list[tuple[str, Move]]] = {}
        for rule, entries in moves.items():
            for move in entries:
                self._by_name.setdefault(move.old, []).append((rule, move))

    def of(self, name: str) -> list[Moved]:
        """The moves of a name, the most specific first. ``keras.`` in it stands for every tree of Keras."""
        found: list[Moved] = []
        parts = name.split(".")
        for length in range(len(parts), 0, -1):
            old = ".".join(parts[:length])
            rest = name[len(old) :]
            for rule, move in self._by_name.get(old, ()):
                if not (rest and move.whole):
                    found.append(Moved(move, rule, rest))
        return found


# The trees of Keras, under all the names by which code has called them; the longest match counts.
_TREES = (
    "tensorflow.contrib.keras.python.keras",
    "tensorflow.contrib.keras.api.keras",
    "tensorflow.contrib.keras",
    "tensorflow.python.keras._impl.keras",
    "tensorflow.python.keras.api.keras",
    "tensorflow.python.keras",
    "tensorflow.python.tf_keras.src",
    "tensorflow._api.v2.keras",
    "tensorflow_core.python.keras",
    "tensorflow_core.keras",
    "tensorflow.compat.v2.keras",
    "tensorflow.compat.v1.keras",
    "tensorflow.keras",
    "tf.keras",
    "tf_keras.src",
    "tf_keras.api._v2.keras",
    "tf_keras",
    "keras._tf_keras.keras",
    "keras.api._v2.keras",
    "keras.api._v1.keras",
    "keras.src",
    "keras.api",
    "keras_core",
    "keras",
)
_PUBLIC = ("tensorflow.keras", "keras", "tf_keras")


@lru_cache(maxsize=4096)
def split_tree(name: str) -> tuple[str, str] | None:
    """The tree of Keras that a name is in, and the rest: ("tensorflow.python.keras", "layers.Dense")."""
    for tree in _TREES:
        if name == tree:
            return tree, ""
        if name.startswith(tree + "."):
            return tree, name[len(tree) + 1 :]
    return None


def trees_for(tree: str) -> tuple[str, ...]:
    """The public trees, in the order in which code that used this one should look: its own first."""
    if tree in ("keras", "keras.src", "keras.api", "keras_core"):
        return "keras", "tensorflow.keras", "tf_keras"
    if tree.startswith("tf_keras"):
        return "tf_keras", "tensorflow.keras", "keras"
    return _PUBLIC

"""How a cell writes names of Keras that an edit brings in, with the imports that it needs for them."""

from __future__ import annotations

from ...source.edits import Edit
from ...source.position import Range
from ..evidence.cell import CellFacts
from .rewrite import spelled

_ROOTS = {
    "keras": ("keras", "tensorflow.keras"),
    "tensorflow": ("tensorflow.keras",),
    "tf_keras": ("tf_keras",),
}


class Names:
    """The names that one edit uses.

    Arguments:
        facts: the cell.
        use: where the names are to be used.
        package: the Keras that they are of: "keras", "tf_keras", or "tensorflow" for the copy in TensorFlow up to 2.5.
    """

    def __init__(self, facts: CellFacts, use: Range, package: str = "keras") -> None:
        self._facts, self._use = facts, use
        self._roots = _ROOTS[package]
        self.imports: list[Edit] = []

    def spelled(self, name: str) -> str:
        """ "keras.losses.Huber", "tf.keras.losses.Huber" or "Huber" for "losses.Huber": by what the cell has."""
        whole = tuple(f"{root}.{name}" for root in self._roots)
        found = spelled(self._facts.cell, whole, self._facts.after, self._use)
        if found is None:
            return whole[0]
        self.imports += found[1]
        return found[0]

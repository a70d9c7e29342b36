"""What a cell calls the things of Keras, TensorFlow and NumPy that a correction needs."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple

from ..evidence import session
from ..evidence.cell import CellFacts

_KERAS = {"tf_keras": ("tf_keras", "tensorflow.keras")}


class Named(NamedTuple):
    text: str
    """``tf.keras.utils.to_categorical``"""
    is_bound: bool
    """Whether the cell can write it as it is; else an import is missing."""


def of_keras(path: str, package: str, facts: CellFacts | None) -> Named:
    """Something of Keras.

    Arguments:
        path: where it is below Keras: ``utils.to_categorical``.
        package: the package of the model that it is for.
    """
    trees = _KERAS.get(package, ("keras", "tensorflow.keras"))
    names = {value: name for name, value in (facts.after.names.items() if facts else ()) if type(value) is str}
    for tree in trees:
        if f"{tree}.{path}" in names:
            return Named(names[f"{tree}.{path}"], True)
    for tree in trees:
        if tree in names:
            return Named(f"{names[tree]}.{path}", True)
    if "tensorflow.keras" in trees and "tensorflow" in names:
        return Named(f"{names['tensorflow']}.keras.{path}", True)
    return Named(f"{trees[0]}.{path}", False)


def of_module(module: str, facts: CellFacts | None, namespace: Mapping[str, Any] | None = None) -> Named:
    """A module: ``np`` for ``numpy``.

    Arguments:
        namespace: the session, which also knows what its cells imported beside Keras.
    """
    names = facts.after.names.items() if facts else ()
    found = next((name for name, value in names if value == module), "")
    held = (name for name, thing in session.variables(namespace) if session.module_name(thing) == module)
    found = found or next(held, "")
    return Named(found or _USUAL.get(module, module), bool(found))


_USUAL = {"numpy": "np", "tensorflow": "tf"}

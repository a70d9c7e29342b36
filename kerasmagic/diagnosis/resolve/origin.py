"""Which package an object really comes from, by whatever name a program reaches it."""

from __future__ import annotations

from ...catalog.target import Found
from .world import World


def home(name: str, world: World) -> str:
    """Where the thing of this name is defined: "keras.src.layers.core.dense.Dense"; empty where that is not known."""
    parent, _, last = name.rpartition(".")
    found = world.import_from(parent, last) if parent else None
    if not isinstance(found, Found):
        found = world.attribute(name)
    return found.home if isinstance(found, Found) else ""


def keras_package(name: str, world: World) -> str:
    """The package of Keras that the thing of this name belongs to: ``keras``, ``tf_keras`` or
    ``tensorflow.python.keras``; empty for anything else."""
    if name.startswith("tensorflow.python.keras."):  # also where a file calls another by an alias
        return "tensorflow.python.keras"
    where = home(name, world)
    root = where.partition(".")[0]
    if root == "tensorflow":
        return "tensorflow.python.keras" if where.startswith("tensorflow.python.keras.") else ""
    return root if root in ("keras", "tf_keras") else ""

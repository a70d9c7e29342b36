"""What in a saved model is its author's own, and not part of Keras."""

from __future__ import annotations

from functools import lru_cache
from typing import Iterator

from ...catalog.target import Target
from ...saved.model import FOLDER, HDF5, Component, SavedModel

_PRIVATE = frozenset({"Functional", "Model", "Sequential", "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"})
"""Classes of Keras that files name, though no public module has them."""


def authors_own(model: SavedModel) -> tuple[Component, ...]:
    """The classes and functions that a program must have before it can load the model, each once.

    HDF5 files name a class without a module: what the Keras that wrote the file did not have is the author's.
    """
    # A SavedModel carries the computations of its layers along, but not the loss.
    stored = () if model.format == FOLDER else model.custom
    found = {part.key: part for part in (*stored, *_unknown(model))}
    return tuple(found.values())


def _unknown(model: SavedModel) -> Iterator[Component]:
    if model.format not in (HDF5, FOLDER):
        return
    layers, losses = _names(model.minor, "layers"), _names(model.minor, "losses")
    if layers:  # TextVectorization, Rescaling and others began there, up to 2.5.
        layers |= _names(model.minor, "layers.experimental.preprocessing")
    for part in model.layers:
        if model.format == HDF5 and layers and not part.custom and part.class_name not in layers | _PRIVATE:
            yield Component(part.class_name, "", part.class_name, (), "layer")
    activations = _names(model.minor, "activations")
    for part in model.layers:
        if activations and part.activation and part.activation not in activations:
            yield Component(part.activation, "", part.activation, (), "function")
    for name in model.losses:
        if losses and name not in losses:
            yield Component(name, "", name, (), "function")


@lru_cache(maxsize=8)
def _names(release: tuple[int, ...], module: str) -> frozenset[str]:
    """What a module of this release of Keras offered; empty where there is no record of it."""
    if len(release) != 2:
        return frozenset()
    version = f"{release[0]}.{release[1]}.0"
    if release[0] == 2:
        return frozenset(
            Target.from_installed({"tensorflow": version, "keras": version}).names(f"tensorflow.keras.{module}")
        )
    target = Target.from_installed({"keras": version, "tensorflow": None})
    # Keras 3 reads and writes short names of losses that only tf.keras lists: mse, kld.
    short = Target.from_installed({"tensorflow": "2.21.0", "keras": version}).names(f"tensorflow.keras.{module}")
    return frozenset(target.names(f"keras.{module}")) | frozenset(short)

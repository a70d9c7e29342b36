"""The HDF5 format: everything but the weights is in attributes of the root.

Needs h5py, which comes with TensorFlow and does not load it. Attributes only: links to other files are not followed.
"""

from __future__ import annotations

from typing import Any

from . import config
from .model import HDF5, SavedModel, SavedModelError

_WEIGHT_GROUPS = ("layers", "_layer_checkpoint_dependencies", "vars")
"""What the root of a .weights.h5 file holds, since Keras 2.12."""


def read_hdf5(path: str) -> SavedModel:
    """Raises SavedModelError."""
    try:
        import h5py
    except Exception:  # a broken h5py raises more than ImportError
        raise SavedModelError("It is an HDF5 file, and reading it needs h5py, which cannot be imported here.") from None
    try:
        with h5py.File(path, "r") as file:
            attributes = {
                name: _text(file.attrs[name])
                for name in ("keras_version", "backend", "model_config", "training_config")
                if name in file.attrs
            }
            # Links are looked at by their names only: an external one is never opened.
            groups = set(file)
            weights = "layer_names" in file.attrs or not groups.isdisjoint(_WEIGHT_GROUPS)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError):
        raise SavedModelError("The HDF5 file is damaged or incomplete: copy or download it again.") from None
    if "model_config" not in attributes:
        if not weights:
            raise SavedModelError("It is an HDF5 file that Keras did not write: there is no model in it.")
        return SavedModel(path, HDF5, True, attributes.get("keras_version", ""), backend=attributes.get("backend", ""))
    model = config.parse(attributes["model_config"], "model_config")
    settings: dict[str, Any] = {}
    if "training_config" in attributes:
        settings = config.parse(attributes["training_config"], "training_config")
    name, family = config.optimizer(settings)
    return SavedModel(
        path=path,
        format=HDF5,
        keras_version=attributes.get("keras_version", ""),
        backend=attributes.get("backend", ""),
        model_class=str(model.get("class_name") or ""),
        components=config.components([model, {"loss": settings.get("loss")}]),
        optimizer=name,
        optimizer_family=family,
        old_schedule=config.old_schedule(settings),
        losses=config.losses(settings),
        metrics=config.metrics(settings),
        settings=settings,
        compiled=bool(settings),
    )


def layers_with_weights(path: str) -> tuple[str, ...] | None:
    """The names of the layers that a file of Keras 2 has weights of, in their order; None where that cannot be read."""
    try:
        import h5py

        with h5py.File(path, "r") as file:
            names = file.attrs.get("layer_names")
            group = file["model_weights"] if names is None and "model_weights" in set(file) else file
            found = [_text(name) for name in group.attrs["layer_names"]]
            return tuple(name for name in found if len(group[name].attrs["weight_names"]))
    except Exception:  # no h5py, no such file, or none that Keras 2 would write
        return None


def _text(value: Any) -> str:
    """h5py 2 gives bytes, h5py 3 text."""
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)

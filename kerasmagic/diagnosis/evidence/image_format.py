"""A layer that reads images channels first because keras.json says so, and nothing in the notebook does."""

from __future__ import annotations

from typing import NamedTuple

from . import failed_cell as failing
from . import session
from .failure import Failure


class ByTheFile(NamedTuple):
    """A layer that takes its order of axes from keras.json."""

    layer: str
    """Its class."""
    package: str
    """The package it comes from: ``keras``, ``tf_keras``, ``tensorflow``."""
    sample: tuple[object, ...]
    """The shape of one of its samples, as it was given."""
    path: str
    """The file."""


def channels_first_by_the_file(failure: Failure) -> ByTheFile | None:
    """The innermost layer that was called and that reads the first axis of a sample as channels; None where a cell
    names that order itself, or keras.json does not."""
    said = failure.snapshot.settings.keras_json
    if said is None or said.values.get("image_data_format") != "channels_first":
        return None
    if any("channels_first" in cell for cell in (failure.source, *session.cells(failure.namespace))):
        return None
    found = None
    for layer, given in failing.called_layers(failure):
        if session.attribute(layer, "data_format") == "channels_first":
            sample = _shape(given)[1:]
            found = ByTheFile(session.class_name(layer), session.root(layer), sample, said.path) if sample else None
    return found


def _shape(thing: object) -> tuple[object, ...]:
    try:
        return tuple(session.attribute(thing, "shape") or ())
    except Exception:  # A shape of unknown rank cannot be gone through.
        return ()

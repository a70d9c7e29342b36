"""A file of a newer Keras than the one that loads it, of the same generation."""

from __future__ import annotations

import sys
from typing import Iterator

from ...diagnosis.model.problem import ERROR, WARNING, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.saved_models import when_loading_fails
from ...kernel.distributions import installed_on
from ...kernel.install_lines import install_tensorflow
from ...saved.loader import Loader
from ...saved.model import FOLDER, ZIP, SavedModel

_REFUSES_AXES = (3, 13)
"""From 3.15 on initializers store input_axes and output_axes, which 3.13 refuses."""
_READS_METADATA = (2, 5)
"""From 2.5 on a SavedModel keeps what Keras needs in keras_metadata.pb, which older releases do not read."""


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if model.weights_only or model.major != loader.major or not loader.minor < model.minor:
        return
    if loader.major == 3 and model.format == FOLDER:
        return
    # From 2.6 on the releases of Keras 2 read each other's HDF5 files and folders; archives are another rule's.
    if loader.major == 2 and (loader.minor > _READS_METADATA or model.format == ZIP):
        return
    reason = _reason(model, loader)
    if loader.major == 3:
        upgrade: tuple[str, ...] = (f'%pip install "keras>={model.keras_version}"',)
    else:
        upgrade = install_tensorflow(f"=={model.minor[0]}.{model.minor[1]}.*", installed_on(sys.path))
    yield Problem(
        rule="KM110",
        severity=ERROR if reason else WARNING,
        title=f"Keras {model.keras_version} wrote this file, and this is {loader.version}",
        cause=f"A newer Keras can store things that an older one cannot read.{reason}",
        fixes=(
            Fix(
                "install",
                "Upgrade, and restart the kernel",
                commands=upgrade,
                evidence="Newer releases of one generation read the files of older ones.",
            ),
        ),
    )


def _reason(model: SavedModel, loader: Loader) -> str:
    if loader.major == 2:
        return " It is a SavedModel in the form of 2.5 and later." if model.format == FOLDER else ""
    part = next((part for part in model.components if "input_axes" in part.arguments), None)
    return f" Here: {part.class_name} with input_axes." if part and loader.minor <= _REFUSES_AXES else ""


RULE = Rule(
    code="KM110",
    name="file of a newer Keras",
    lesson=Lesson(
        what="load_model ends in an argument that a class of Keras itself does not know, such as input_axes, or, for a "
        "SavedModel, in Expecting value.",
        why="Keras reads files of older releases. Files of newer releases work only if the model uses nothing that "
        "was added; since 3.15 even a Dense layer has such an addition.",
        since="keras 3.15",
        related=("KM101",),
    ),
    on_model=on_model,
    on_failure=when_loading_fails(
        on_model,
        r"could not be deserialized|unexpected keyword|nrecognized keyword"
        r"|Expecting value|not understood",
    ),
)

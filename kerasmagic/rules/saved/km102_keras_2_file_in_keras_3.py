"""A file that Keras 2 wrote, loaded with Keras 3: most load, some parts do not."""

from __future__ import annotations

import sys
from typing import Iterator

from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.load_call import LoadCall, load_call
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...diagnosis.saved_models import failed_model, when_loading_fails
from ...kernel.distributions import installed_on
from ...kernel.install_lines import install_beside_tensorflow
from ...saved.classes import only_in_keras_2
from ...saved.loader import Loader
from ...saved.model import FOLDER, ZIP, Component, SavedModel
from ...source.edits import Edit
from ...source.imports import ensure_import
from .authors import authors_own

_REFUSED = {
    "DepthwiseConv2D": "groups",
    "LSTM": "time_major",
    "GRU": "time_major",
    "SimpleRNN": "time_major",
    "RNN": "time_major",
}
"""Arguments that Keras 2 stores for these layers and that Keras 3 refuses (files of 2.10 and 2.12, read by 3.15)."""


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if model.weights_only or model.format == FOLDER or loader.major != 3 or (model.major or 2) >= 3:
        return
    gone = only_in_keras_2(model, loader)
    reason = _without(gone) if gone else _reason(model) if model.major is not None else ""
    if reason:
        own = ", ".join(part.name for part in authors_own(model, compiled=False))
        yield Problem(
            rule="KM102",
            severity=ERROR,
            title=f"Keras {model.keras_version or 2} wrote this file, and {loader.name} cannot load all of it",
            cause=f"{reason} The package tf_keras is Keras 2, made for such files."
            + (f" There, {own} must be made from classes of tf_keras, too." if own else ""),
            fixes=tf_keras_fixes(model, loader),
        )


def _without(gone: tuple[str, ...]) -> str:
    operations = ", which stand for operations of TensorFlow" if any(name.endswith("Lambda") for name in gone) else ""
    return f"It holds layers that only Keras 2 has: {', '.join(gone)}{operations}."


def _reason(model: SavedModel) -> str:
    parts = model.components
    if model.format == ZIP and any(part.class_name in ("Functional", "Model") and part.module for part in parts):
        return "It names the class Functional by a module that only Keras 2 has."
    refused = {part.class_name: _REFUSED[part.class_name] for part in model.layers if _is_refused(part)}
    if refused:
        what = ", ".join(f"{layer} with {argument}" for layer, argument in refused.items())
        return f"It stores arguments that Keras 3 refuses: {what}."
    if model.format == ZIP and any(
        "batch_input_shape" in part.arguments and part.class_name != "InputLayer" for part in model.layers
    ):
        return "Its first layer stores batch_input_shape (from input_shape= or input_dim=), which Keras 3 refuses."
    normalizing = [part.class_name for part in parts if part.class_name in ("BatchNormalization", "Normalization")]
    if model.format == ZIP and normalizing:
        return f"It stores the axis of {normalizing[0]} as a list, which Keras 3 refuses."
    if model.format == ZIP and any(part.class_name == "Lambda" for part in parts):
        return "Its Lambda layer is stored in a form that Keras 3 refuses."
    if any("dtype" in part.arguments and part.class_name == "GlorotUniform" for part in parts):
        return "It comes from TensorFlow 1, whose initializers store a dtype that Keras 3 refuses."
    return ""


def _is_refused(part: Component) -> bool:
    return _REFUSED.get(part.class_name, "?") in part.arguments


_MEASURED = "Measured: tf_keras 2.19 with files of Keras 2.4 to 2.15 and of TensorFlow 1.15."


def tf_keras_fixes(model: SavedModel, loader: Loader) -> tuple[Fix, ...]:
    """Load it with tf_keras, installed first where it is not there."""
    line = "import tf_keras; " + loader.line(model.path, function="tf_keras.models.load_model")
    if loader.tf_keras:
        return (Fix("manual", "Load it with tf_keras, which is installed", commands=(line,), evidence=_MEASURED),)
    version = ".".join(loader.tensorflow.split(".")[:2])
    install = "%pip install tensorflow tf_keras"
    if version:
        install = install_beside_tensorflow(f"tf_keras~={version}.0", installed_on(sys.path))
    return (Fix("install", "Load it with tf_keras", commands=(install, line), evidence=_MEASURED),)


_told = when_loading_fails(
    on_model,
    r"Functional|groups|time_major|batch_input_shape|'dtype'|passed to Lambda|could not be deserialized"
    r"|Could not locate|Unknown layer",
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    call, found = load_call(failure), failed_model(failure)
    for problem in _told(failure, world):
        edits = _with_tf_keras(call, *found) if call is not None and found is not None else []
        proposal = Proposal("Load it with tf_keras, which is installed", tuple(edits), _MEASURED, _OF_KERAS_2)
        yield problem._replace(proposals=(proposal,)) if edits else problem


def _with_tf_keras(call: LoadCall, model: SavedModel, loader: Loader) -> list[Edit]:
    if not loader.tf_keras or not call.variable or authors_own(model):
        return []
    cell, where = call.facts.cell, call.facts.cell.range(call.call.func)
    return [*ensure_import(cell, "import tf_keras", where), Edit(where, "tf_keras.models.load_model")]


_OF_KERAS_2 = "The model is one of Keras 2: what it is trained with (optimizers, callbacks) comes from tf_keras, too."

RULE = Rule(
    code="KM102",
    name="Keras 2 file in Keras 3",
    lesson=Lesson(
        what="load_model of an old file ends in Could not locate class 'Functional', or in an argument that a layer "
        "does not know: groups of DepthwiseConv2D, time_major of LSTM and GRU.",
        why="Keras 3 reads the HDF5 files of Keras 2 unless a layer has lost an argument. Of .keras archives of "
        "Keras 2 it reads Sequential models only that begin with an InputLayer: the first layer's batch_input_shape is "
        "refused, and other models name modules that are gone.",
        since="keras 3.0",
        before=(
            "import keras\n"
            "import tf_keras\n"
            "\n"
            "start = tf_keras.Input((4,))\n"
            'tf_keras.Model(start, tf_keras.layers.Dense(1)(start)).save("model.keras")\n'
            'keras.models.load_model("model.keras")'
        ),
        after=('import tf_keras\n\ntf_keras.models.load_model("model.keras")'),
        target="tensorflow==2.19.1,keras==3.15.1,tf_keras==2.19.0",
        related=("KM101", "KM106"),
    ),
    on_model=on_model,
    on_failure=on_failure,
)

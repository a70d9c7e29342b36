"""A file that Keras 2 wrote, loaded with Keras 3: most load, some parts do not."""

from __future__ import annotations

import sys
from typing import Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.saved_models import when_loading_fails
from ...kernel.distributions import installed_on
from ...kernel.install_lines import install_beside_tensorflow
from ...saved.loader import Loader
from ...saved.model import FOLDER, ZIP, Component, SavedModel

_REFUSED = {
    "DepthwiseConv2D": "groups",
    "LSTM": "time_major",
    "GRU": "time_major",
    "SimpleRNN": "time_major",
    "RNN": "time_major",
}
"""Arguments that Keras 2 stores for these layers and that Keras 3 refuses (files of 2.10 and 2.12, read by 3.15)."""


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if model.weights_only or model.format == FOLDER or loader.major != 3 or (model.major or 3) >= 3:
        return
    reasons = _reasons(model)
    if reasons:
        yield Problem(
            rule="KM102",
            severity=ERROR,
            title=f"Keras {model.keras_version} wrote this file, and {loader.name} cannot load all of it",
            cause=" ".join(reasons) + " The package tf_keras is Keras 2, made for such files.",
            fixes=tf_keras_fixes(model, loader),
        )


def _reasons(model: SavedModel) -> tuple[str, ...]:
    parts = model.components
    if model.format == ZIP and any(part.class_name in ("Functional", "Model") and part.module for part in parts):
        return ("It names the class Functional by a module that only Keras 2 has.",)
    refused = {part.class_name: _REFUSED[part.class_name] for part in model.layers if _is_refused(part)}
    if refused:
        what = ", ".join(f"{layer} with {argument}" for layer, argument in refused.items())
        return (f"It stores arguments that Keras 3 refuses: {what}.",)
    if model.format == ZIP and any(
        "batch_input_shape" in part.arguments and part.class_name != "InputLayer" for part in model.layers
    ):
        return ("Its first layer stores batch_input_shape (from input_shape= or input_dim=), which Keras 3 refuses.",)
    normalizing = [part.class_name for part in parts if part.class_name in ("BatchNormalization", "Normalization")]
    if model.format == ZIP and normalizing:
        return (f"It stores the axis of {normalizing[0]} as a list, which Keras 3 refuses.",)
    if model.format == ZIP and any(part.class_name == "Lambda" for part in parts):
        return ("Its Lambda layer is stored in a form that Keras 3 refuses.",)
    if any("dtype" in part.arguments and part.class_name == "GlorotUniform" for part in parts):
        return ("It comes from TensorFlow 1, whose initializers store a dtype that Keras 3 refuses.",)
    return ()


def _is_refused(part: Component) -> bool:
    return _REFUSED.get(part.class_name, "?") in part.arguments


def tf_keras_fixes(model: SavedModel, loader: Loader) -> tuple[Fix, ...]:
    """Load it with tf_keras, installed first where it is not there."""
    line = f"import tf_keras; model = tf_keras.models.load_model({model.path!r})"
    evidence = "Measured: tf_keras 2.19 with files of Keras 2.4 to 2.15 and of TensorFlow 1.15."
    if loader.tf_keras:
        return (Fix("manual", "Load it with tf_keras, which is installed", commands=(line,), evidence=evidence),)
    version = ".".join(loader.tensorflow.split(".")[:2])
    install = "%pip install tensorflow tf_keras"
    if version:
        install = install_beside_tensorflow(f"tf_keras~={version}.0", installed_on(sys.path))
    return (Fix("install", "Load it with tf_keras", commands=(install, line), evidence=evidence),)


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
    on_failure=when_loading_fails(
        on_model,
        r"Functional|groups|time_major|batch_input_shape|'dtype'|passed to Lambda|could not be deserialized"
        r"|Could not locate",
    ),
)

"""A file of weights, given to ``load_model``."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.saved_models import when_loading_fails
from ...saved.loader import Loader
from ...saved.model import FOLDER, SavedModel


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if not model.weights_only:
        return
    if model.format == FOLDER and loader.major == 3:
        yield _checkpoint(model, loader)
        return
    yield Problem(
        rule="KM109",
        severity=ERROR,
        title="This file holds weights only: there is no model in it to load",
        cause="It comes from model.save_weights, or from ModelCheckpoint with save_weights_only=True. The "
        "architecture is in the code that made it.",
        fixes=(
            Fix(
                "manual",
                "Build the model with the code that made it, with the same layers, then load the weights into it: "
                f"{loader.variable}.load_weights({loader.path(model.path)}).",
                evidence="The file has no model_config.",
            ),
        ),
    )


def _checkpoint(model: SavedModel, loader: Loader) -> Problem:
    """Weights in TensorFlow's own form, which Keras 2 writes to names such as cp.ckpt. ``tf.train.Checkpoint`` finds
    none of them for a model of Keras 3, and does not say so (measured in Keras 3.13 and 3.15)."""
    return Problem(
        rule="KM109",
        severity=ERROR,
        title="This is a checkpoint of TensorFlow with the weights of a model, and Keras 3 reads no such files",
        cause="Keras 2 writes it where the name of the file has no .h5 at its end: save_weights('cp.ckpt').",
        fixes=(
            Fix(
                "manual",
                "Build the model with tf_keras, too, with the same layers; load the weights there and hand them on "
                "(%pip install tf_keras, if it is missing)",
                commands=(
                    f"old.load_weights({loader.path(model.path)})  # old: the same layers, of tf_keras.layers",
                    f"{loader.variable}.set_weights(old.get_weights())",
                ),
                evidence="Measured: the models then give the same answers.",
            ),
        ),
    )


RULE = Rule(
    code="KM109",
    name="weights without a model",
    lesson=Lesson(
        what="load_model says No model config found in the file, or No model found in config file.",
        why="save_weights stores numbers only; save stores the architecture too. load_model needs the architecture.",
        before=(
            "import keras\n"
            "\n"
            "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])\n"
            'model.save_weights("model.weights.h5")\n'
            'keras.models.load_model("model.weights.h5")'
        ),
        after=(
            "import keras\n"
            "\n"
            "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])\n"
            'model.load_weights("model.weights.h5")'
        ),
        target="tensorflow==2.21.0",
        related=("KM107",),
    ),
    on_model=on_model,
    on_failure=when_loading_fails(on_model, r"No model (config )?found|File format not supported|does not exist"),
)

"""A file of weights, given to ``load_model``."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.saved_models import when_loading_fails
from ...saved.loader import Loader
from ...saved.model import SavedModel


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if not model.weights_only:
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
                "Build the model first, with the same layers, then load the weights into it",
                commands=(f"model.load_weights({model.path!r})",),
                evidence="The file has no model_config.",
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

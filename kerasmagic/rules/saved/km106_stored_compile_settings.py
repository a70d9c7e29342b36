"""The model would load, but what ``compile`` was given does not."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.saved_models import when_loading_fails
from ...saved.loader import Loader
from ...saved.model import FOLDER, HDF5, ZIP, SavedModel

_KNOWN_TO_KERAS_3 = {
    "mean_squared_error",
    "mean_absolute_error",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "hinge",
    "poisson",
    "cosine_similarity",
    "huber",
    "log_cosh",
    "kl_divergence",
}
"""Names of losses that Keras 3 finds when it reads an HDF5 file; it fails with the short ones, such as mse."""


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if not model.compiled or model.weights_only or (model.format == FOLDER and loader.major == 3):
        return
    reason = _keras_3(model) if loader.major == 3 else _keras_2(model, loader)
    if reason:
        yield Problem(
            rule="KM106",
            severity=ERROR,
            title=f"{loader.name} cannot read the compile settings in this file",
            cause=f"{reason} The layers and their weights are fine.",
            fixes=(
                Fix(
                    "manual",
                    "Load it without them, then compile it again",
                    commands=(
                        f"model = {loader.calls}.models.load_model({model.path!r}, compile=False)",
                        f'model.compile(optimizer="{(model.optimizer or "adam").lower()}", loss=…)',
                    ),
                    evidence="Measured: with compile=False these files load.",
                ),
            ),
        )


def _keras_3(model: SavedModel) -> str:
    if model.format == HDF5:
        unknown = [name for name in model.losses if name not in _KNOWN_TO_KERAS_3]
        if unknown:
            return f"In HDF5 files Keras 3 does not find the loss {unknown[0]!r} by this name."
    if model.old_schedule and model.optimizer_family == "legacy":
        return f"The learning rate schedule of {model.optimizer} is stored in a form that Keras 3 does not read."
    if model.major == 2:
        if any(part.role == "loss" for part in model.components):
            return "The loss is stored as an object of Keras 2, with arguments that Keras 3 refuses."
        if model.format != HDF5 and model.optimizer_family in ("legacy", "Keras 2"):
            return f"The optimizer {model.optimizer} is of Keras 2 ({model.optimizer_family}), which Keras 3 refuses."
    return ""


def _keras_2(model: SavedModel, loader: Loader) -> str:
    new = model.optimizer_family == "Keras 2" and model.format != ZIP
    if new and loader.minor < min(model.minor, (2, 11)):
        return (
            f"The optimizer is the newer {model.optimizer}, the default since Keras 2.11, which this release does "
            "not have."
        )
    if model.format == ZIP and model.optimizer_family == "legacy" and loader.minor in ((2, 12), (2, 13)):
        return "Keras 2.12 and 2.13 do not read legacy optimizers from .keras files, not even from their own."
    loss_object = model.format != ZIP and any(
        part.role == "loss" and "fn" in part.arguments for part in model.components
    )
    if loss_object and model.minor >= (2, 13) and loader.minor < (2, 13):
        return f"The loss is stored as Keras {model.keras_version} does it, with an argument this release refuses."
    return ""


RULE = Rule(
    code="KM106",
    name="compile settings that do not load",
    lesson=Lesson(
        what="load_model ends in Could not deserialize 'keras.metrics.mse', in an argument of a loss or "
        "optimizer that is refused, or in Unknown optimizer: Custom>Adam.",
        why="A saved model also contains what you gave to compile, and that format changed more often than the "
        "layers'. Keras 3 does not even read its own HDF5 files if the loss was given as mse.",
        since="keras 3.0",
        before=(
            "import keras\n"
            "\n"
            "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])\n"
            'model.compile("adam", "mse")\n'
            'model.save("model.h5")\n'
            'keras.models.load_model("model.h5")'
        ),
        after=(
            'import keras\n\nmodel = keras.models.load_model("model.h5", compile=False)\nmodel.compile("adam", "mse")'
        ),
        target="tensorflow==2.21.0",
        related=("KM102", "KM104"),
    ),
    on_model=on_model,
    on_failure=when_loading_fails(
        on_model,
        r"KerasSaveable|attribute 'build'|Could not locate function|string indices|reduction|'fn'|weight_decay|'name'"
        r"|Unknown (optimizer|loss)|is_legacy_optimizer|could not be deserialized|Could not deserialize",
    ),
    is_easy=True,
)

"""A SavedModel folder, loaded with Keras 3."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.saved_models import when_loading_fails
from ...saved.loader import Loader
from ...saved.model import FOLDER, SavedModel
from .km102_keras_2_file_in_keras_3 import tf_keras_fixes


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if model.format != FOLDER or model.weights_only or loader.major != 3:
        return
    as_layer, as_model = _layer(model, loader), tf_keras_fixes(model, loader)
    if not model.keras_metadata:
        fixes = as_layer
    else:
        several = any(len(taken) > 1 for taken in model.inputs.values())
        fixes = (*as_model, *as_layer) if model.slot_variables or several else (*as_layer, *as_model)
    # Measured: _UserObject has no attribute add_slot, in 2.16 and 2.21; not where tf_keras is installed.
    slots = (
        ""
        if as_layer or not model.slot_variables
        else " It also holds the state of a legacy optimizer, with which TFSMLayer fails as well."
    )
    yield Problem(
        rule="KM105",
        severity=ERROR,
        title=f"load_model of {loader.name} does not read SavedModel folders",
        cause=f"It was written with TensorFlow {model.tensorflow_version or 'unknown'}. Keras 3 loads .keras and "
        f".h5 files; it can use a SavedModel as a layer, for inference only.{slots}",
        fixes=fixes,
    )


def _layer(model: SavedModel, loader: Loader) -> tuple[Fix, ...]:
    if (model.slot_variables and not loader.tf_keras) or not model.endpoints:
        return ()
    endpoint = "serving_default" if "serving_default" in model.endpoints else model.endpoints[0]
    taken = model.inputs.get(endpoint, ())
    if len(taken) > 1:
        return (_signature(model, loader, endpoint, taken),)
    line = f"layer = {loader.calls}.layers.TFSMLayer({loader.path(model.path)}, call_endpoint={endpoint!r})"
    return (
        Fix(
            "manual",
            "Use it as a layer, for inference",
            commands=(line,),
            evidence=f"The folder has the endpoints {', '.join(model.endpoints)}.",
        ),
    )


def _signature(model: SavedModel, loader: Loader, endpoint: str, taken: tuple[str, ...]) -> Fix:
    """TFSMLayer hands inputs on by their place, and a signature of several takes them by name only."""
    given = ", ".join(f"{name}=…" for name in taken)
    return Fix(
        "manual",
        f"Call its signature, for inference: infer({given})",
        commands=(
            "import tensorflow as tf",
            f"infer = tf.saved_model.load({loader.path(model.path)}).signatures[{endpoint!r}]  # infer({given})",
        ),
        evidence=f"The signature {endpoint} takes {', '.join(taken)} by name.",
    )


RULE = Rule(
    code="KM105",
    name="SavedModel folder in Keras 3",
    lesson=Lesson(
        what="load_model says File format not supported … Keras 3 only supports V3 `.keras` files and legacy H5.",
        why="A SavedModel is a TensorFlow program. Keras 3 does not turn it back into layers you can train: "
        "TFSMLayer runs it, and tf_keras can rebuild it if model.save of Keras 2 made it.",
        since="keras 3.0",
        before=(
            "import keras\n"
            "\n"
            "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])\n"
            'model.export("folder")\n'
            'keras.models.load_model("folder")'
        ),
        after=('import keras\n\nkeras.layers.TFSMLayer("folder", call_endpoint="serving_default")'),
        target="tensorflow==2.21.0",
        related=("KM101", "KM102"),
    ),
    on_model=on_model,
    on_failure=when_loading_fails(on_model, r"File format not supported|add_slot|endpoint"),
)

"""Own functions that an HDF5 file describes in the form that only Keras 3 reads from such files."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.saved_models import when_loading_fails
from ...saved.loader import Loader
from ...saved.model import HDF5, Component, SavedModel


def functions_not_found(model: SavedModel, loader: Loader) -> tuple[Component, ...]:
    """The author's own activations, initializers and regularizers that this Keras does not find by any name."""
    if model.format != HDF5 or loader.major != 2:
        return ()
    return tuple(part for part in model.custom if part.role == "function")


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    found = functions_not_found(model, loader)
    if not found:
        return
    names = " and ".join(dict.fromkeys(part.name for part in found))
    other = f"{model.path.rpartition('.')[0] or model.path}.keras"
    weights = f"{loader.variable}.load_weights({loader.path(model.path)})"
    yield Problem(
        rule="KM123",
        severity=ERROR,
        title=f"Keras 2 cannot read {names} from an .h5 file, whatever custom_objects it is given",
        cause="Keras 2.13 and newer writes own activations, initializers and regularizers in a form that its reader of "
        f".h5 files does not know. From a file {other!r} it reads them.",
        fixes=(
            Fix(
                "manual",
                f"For this file: make the model with its code again, then {weights}.",
                evidence="Measured: files of Keras 2.15 in Keras 2.4, 2.12, 2.15 and tf_keras 2.20.",
            ),
        ),
    )


RULE = Rule(
    code="KM123",
    name="own functions in HDF5 files",
    lesson=Lesson(
        what="load_model of an .h5 file ends in: Unknown activation function: 'function'.",
        why="Keras 2.13 to 2.15, and tf_keras, write a function of yours as {'class_name': 'function', 'config': "
        "'my_activation'}. Keras 2 looks for that in .keras files only; in .h5 files it searches for a function of "
        "the name 'function'. custom_objects does not help. Keras 3 reads both.",
        since="keras 2.13",
        before="import keras\n\n\ndef double(x):\n    return 2 * x\n\n\n"
        "model = keras.Sequential([keras.layers.Dense(1, activation=double, input_shape=(3,))])\n"
        "model.save('model.h5')\n"
        "keras.models.load_model('model.h5', custom_objects={'double': double})",
        after="import keras\n\n\ndef double(x):\n    return 2 * x\n\n\n"
        "model = keras.Sequential([keras.layers.Dense(1, activation=double, input_shape=(3,))])\n"
        "model.save('model.keras')\n"
        "keras.models.load_model('model.keras', custom_objects={'double': double})",
        target="tensorflow==2.15.1",
        related=("KM107",),
    ),
    on_model=on_model,
    on_failure=when_loading_fails(on_model, r"Unknown [\w ]+: '?function'?"),
)

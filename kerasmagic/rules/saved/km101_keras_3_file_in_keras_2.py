"""A file that Keras 3 wrote, loaded with Keras 2 or tf_keras."""

from __future__ import annotations

import sys
from typing import Iterator

from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.saved_models import when_loading_fails
from ...kernel.distributions import installed_on
from ...kernel.install_lines import install_tensorflow
from ...saved.loader import Loader
from ...saved.model import FOLDER, SavedModel


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if model.weights_only or model.format == FOLDER or model.major != 3 or loader.major != 2:
        return
    yield Problem(
        rule="KM101",
        severity=ERROR,
        title=f"Keras {model.keras_version} wrote this file, and {loader.name} cannot load it",
        cause="Keras 3 describes layers in a way that Keras 2 cannot read: batch_shape instead of "
        "batch_input_shape, modules such as keras.src.models.functional. Only Keras 3 loads Keras 3 files.",
        fixes=(*_use_keras_3(model, loader), _EXPORT),
    )


def _use_keras_3(model: SavedModel, loader: Loader) -> Iterator[Fix]:
    evidence = "Measured: files of 3.13.2 and 3.15.1 in Keras 2.4, 2.10 to 2.13, 2.15 and tf_keras 2.19."
    if loader.package == "tf_keras":
        line = "import keras; " + loader.line(model.path, function="keras.models.load_model")
        yield Fix("manual", "Load it with the keras package instead of tf_keras", commands=(line,), evidence=evidence)
    else:
        lines = install_tensorflow(">=2.16", installed_on(sys.path), f'"keras>={model.keras_version}"')
        yield Fix("install", "Install Keras 3 and restart the kernel", commands=lines, evidence=evidence)


_EXPORT = Fix(
    "manual",
    "Or export it where it was made, and load the folder here for inference",
    commands=('model.export("folder")  # there, in Keras 3', 'model = tf.saved_model.load("folder")  # here'),
    evidence="Measured: folders exported by Keras 3 in TensorFlow 2.11 to 2.15; TensorFlow 2.4 lacks an operation.",
)

RULE = Rule(
    code="KM101",
    name="Keras 3 file in Keras 2",
    lesson=Lesson(
        what="load_model ends in Unrecognized keyword arguments: ['batch_shape'] or cannot import keras.src.models.",
        why="Keras 3 stores other names than Keras 2, both in .keras and in .h5 files, and Keras 2 cannot read "
        "them. To use the weights, build the model again in code; or export it for inference.",
        since="keras 3.0",
        before=(
            "import keras\n"
            "\n"
            "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])\n"
            'model.save("model.keras")\n'
            "import tf_keras\n"
            "\n"
            'tf_keras.models.load_model("model.keras")'
        ),
        after=('import keras\n\nkeras.models.load_model("model.keras")'),
        target="tensorflow==2.19.1",
        related=("KM102", "KM105"),
    ),
    on_model=on_model,
    on_failure=when_loading_fails(
        on_model,
        r"batch_shape|cannot be imported|[Uu]nrecognized keyword|file signature not found"
        r"|SavedModel file does not exist"
        r"|Keyword argument not understood|could not be deserialized|Could not locate class",
    ),
)

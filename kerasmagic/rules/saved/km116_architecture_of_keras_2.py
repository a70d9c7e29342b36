"""The architecture of a model as JSON, which Keras 2 wrote and Keras 3 is to read."""

from __future__ import annotations

import json
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.legacy_keras import line_with_tensorflow
from ...diagnosis.resolve.world import World
from .text_of_an_architecture import given_as

_NO_TEXT = "the JSON object must be str, bytes or bytearray"
_MOST_CHARACTERS = 20_000_000


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if isinstance(failure.exception, json.JSONDecodeError) or _NO_TEXT in failure.message:
        yield from given_as(failure)
        return
    version = _written_by(failure)
    if not version.startswith(("1.", "2.")) or not world.keras_3 or not failing.in_library(failure):
        return
    yield Problem(
        rule="KM116",
        severity=ERROR,
        title=f"Keras {version} wrote this JSON, and Keras 3 cannot read it",
        cause="Keras 3 names the module of each class and the shape of each input in another form.",
        reference="model_from_json",
        fixes=tuple(_ways(world)),
    )


def _written_by(failure: Failure) -> str:
    """The release of Keras that a JSON text says it is of, which model_from_json was given; empty for all else."""
    step = failure.exception.__traceback__
    while step is not None:
        frame = step.tb_frame
        text = frame.f_locals.get("json_string")
        ours = str(frame.f_globals.get("__name__", "")).partition(".")[0] == "keras"
        if frame.f_code.co_name == "model_from_json" and ours and type(text) is str and len(text) < _MOST_CHARACTERS:
            try:
                read = json.loads(text)
            except ValueError:
                return ""
            version = read.get("keras_version") if type(read) is dict else None
            return version if type(version) is str else ""
        step = step.tb_next
    return ""


def _ways(world: World) -> Iterator[Fix]:
    line = "import tf_keras; model = tf_keras.models.model_from_json(text)"
    if world.version("tf_keras"):
        yield Fix("manual", "Read it with tf_keras, which is installed, where text is the JSON", commands=(line,))
        return
    minor = ".".join((world.version("tensorflow") or "").split(".")[:2])
    install = line_with_tensorflow(f"tf_keras~={minor}.0", world) if minor else "%pip install tensorflow tf_keras"
    yield Fix("install", "Read it with tf_keras, where text is the JSON", commands=(install, line))


RULE = Rule(
    code="KM116",
    name="JSON of Keras 2",
    lesson=Lesson(
        what="model_from_json of an old file ends in TypeError: Could not locate class 'Sequential', or 'Functional'.",
        why="The JSON of to_json holds the names of classes, and Keras 3 looks for them in modules that Keras 2 did "
        "not name. The package tf_keras is Keras 2, made for such files; load_weights of the old HDF5 file works "
        "there, too.",
        since="keras 3.0",
        before="import keras\nimport tf_keras\n"
        "text = tf_keras.Sequential([tf_keras.layers.Dense(1, input_shape=(4,))]).to_json()\n"
        "keras.models.model_from_json(text)",
        after="import tf_keras\n"
        "text = tf_keras.Sequential([tf_keras.layers.Dense(1, input_shape=(4,))]).to_json()\n"
        "tf_keras.models.model_from_json(text)",
        target="tensorflow==2.19.1,keras==3.15.1,tf_keras==2.19.0",
        related=("KM102",),
    ),
    on_failure=on_failure,
)

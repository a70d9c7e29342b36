"""What was given to ``load_model`` is no saved model, or a damaged one."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import UNREADABLE, Lesson, Rule
from ...diagnosis.resolve.world import World
from ...diagnosis.saved_models import failed_load, loads_folders, unreadable, words_of
from ...saved.loader import Loader
from ...saved.model import FOLDER, SavedModelError
from ...saved.read import read_model


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found = failed_load(failure)
    if found is None or "://" in found[0] or _WAS_READ.search(failure.message):
        return
    try:
        model = read_model(found[0])
        if model.format != FOLDER and loads_folders(failure):
            yield _file_for_folder(found[0], found[1]._replace(words=words_of(failure)))
    except SavedModelError as error:
        facts = failing.facts_of(failure)
        if facts is None or not any(failing.calls_of("load_weights", facts)):
            yield unreadable(found[0], error, "KM111")
            return
        known = not world.keras_3 or found[0].endswith((".h5", ".keras"))
        fixes = () if known else (Fix("manual", _WHOLE_NAME),)
        yield unreadable(found[0], error, "KM111", "weights")._replace(fixes=fixes)


_WAS_READ = re.compile(r"Could not locate class|Cannot deserialize object|could not be deserialized")
"""What is said about a file that was there: one of Keras's own, which it makes to copy a model, is gone by now."""


def _file_for_folder(path: str, loader: Loader) -> Problem:
    return Problem(
        rule="KM111",
        severity=ERROR,
        title=f"{path} is a file of Keras, and a SavedModel is a folder",
        cause="tf.saved_model.load and TFSMLayer run the graph that such a folder holds.",
        reference="tf.saved_model.load",
        fixes=(Fix("manual", "Load the file as a Keras model", commands=(loader.line(path),)),),
    )


_WHOLE_NAME = (
    "Give the whole name of the file. Keras 3 writes weights to files that end in .weights.h5, and reads no checkpoint "
    "of TensorFlow (cp.ckpt.index beside cp.ckpt.data-…): that takes tf_keras."
)


RULE = Rule(
    code="KM111",
    name="not a saved model",
    lesson=Lesson(
        what="load_model says that a file does not exist, is no accessible zip file, or has no file signature.",
        why="The file is missing, cut off, a Git LFS pointer, or the web page that a download gave instead. The first "
        "bytes tell which.",
        before=(
            "import keras\n"
            "\n"
            'open("model.keras", "w").write("<!DOCTYPE html>Sign in to download")\n'
            'keras.models.load_model("model.keras")'
        ),
        after=(
            "import keras\n"
            "\n"
            "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])\n"
            'model.save("model.keras")\n'
            'keras.models.load_model("model.keras")'
        ),
        target="tensorflow==2.21.0",
        related=("KM104",),
    ),
    on_failure=on_failure,
    tells=UNREADABLE,
)

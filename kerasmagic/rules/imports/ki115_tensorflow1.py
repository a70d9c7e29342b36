"""The language of TensorFlow 1: placeholders, sessions, flags."""

from __future__ import annotations

import re
from typing import Iterable

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import Move
from ...diagnosis.model.problem import Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import ATTRIBUTE
from ...diagnosis.repair.legacy_keras import is_there_with_keras_2, with_keras_2
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import call_node, name_range
from ...source.position import Range
from ...source.reference import Reference
from .metrics_of_tensorflow1 import as_metrics_of_keras
from .summaries_of_tensorflow1 import NOT_ADDED, added_by, written_at_once

_FLAGS = "Use argparse, or the package absl-py: from absl import app, flags."
_MNIST = (
    "The tutorial's loader is gone. Use (x_train, y_train), (x_test, y_test) = "
    "tf.keras.datasets.mnist.load_data(). For mnist.train.images write x_train.reshape(-1, 784) / 255.0: it has the "
    "5000 rows of mnist.validation, too. For labels with one_hot=True write tf.one_hot(y_train, 10)."
)
_ESTIMATORS = (
    "Estimators ended with TensorFlow 2.15, which needs Python 3.9 to 3.11. Write the model with tf.keras: "
    "compile and fit do what train did."
)
_CELLS = (
    "Use the layers of Keras: tf.keras.layers.LSTM(units)(x), or tf.keras.layers.RNN(tf.keras.layers.LSTMCell(units))."
)
_CONVERTER = "Load the model first: tf.lite.TFLiteConverter.from_keras_model(tf.keras.models.load_model('model.h5'))."
# Names of TensorFlow 0.x, which ended with 1.0 and are in no record.
_RENAMED = {
    "mul": "multiply",
    "sub": "subtract",
    "neg": "negative",
    "pack": "stack",
    "unpack": "unstack",
    "select": "where",
    "batch_matmul": "matmul",
    "concat_v2": "concat",
    "initialize_all_variables": "compat.v1.global_variables_initializer",
    "all_variables": "compat.v1.global_variables",
    "scalar_summary": "summary.scalar",
    "histogram_summary": "summary.histogram",
    "image_summary": "summary.image",
}
_CASTS = {
    "to_float": "float32",
    "to_double": "float64",
    "to_int32": "int32",
    "to_int64": "int64",
    "to_bfloat16": "bfloat16",
    "to_complex64": "complex64",
    "to_complex128": "complex128",
}

_LAYERS = re.compile(r"tensorflow\.(?:compat\.v1\.)?((layers|nn\.rnn_cell)\.\w+)$")
"""What is made of the layers of tf.keras, and works with those of Keras 2 only."""

# Functions of tf.gfile, each of which does nothing but call the one of tf.io.gfile.
_FILES = {
    "Copy": "copy",
    "DeleteRecursively": "rmtree",
    "Exists": "exists",
    "Glob": "glob",
    "IsDirectory": "isdir",
    "ListDirectory": "listdir",
    "MakeDirs": "makedirs",
    "MkDir": "mkdir",
    "Remove": "remove",
    "Rename": "rename",
    "Stat": "stat",
    "Walk": "walk",
}

MOVES = (
    Move(
        "keras.experimental.export_saved_model",
        advice="Write model.export('folder') for a SavedModel to serve, or model.save('model.keras') to load it again.",
    ),
    Move(
        "keras.experimental.load_from_saved_model",
        advice="Keras 3 loads .keras and .h5 files with load_model, and runs a SavedModel folder as a layer: "
        "keras.layers.TFSMLayer('folder', call_endpoint='serving_default').",
    ),
    Move("tensorflow.app.flags", ("tensorflow.compat.v1.app.flags", "tensorflow.compat.v1.flags"), advice=_FLAGS),
    Move("tensorflow.flags", ("tensorflow.compat.v1.flags",), advice=_FLAGS),
    Move("tensorflow.examples", advice=_MNIST),
    Move("tensorflow.python.examples", advice=_MNIST),
    Move("input_data", advice=_MNIST, whole=True),
    Move("tensorflow.lite.TFLiteConverter.from_keras_model_file", advice=_CONVERTER),
    Move("tensorflow.log", ("tensorflow.math.log",)),
    Move("tensorflow.nn.leaky_relu", ("tensorflow.keras.activations.leaky_relu",)),
    *(Move(f"tensorflow.{old}", (f"tensorflow.{new}",)) for old, new in _RENAMED.items()),
    *(Move(f"tensorflow.gfile.{old}", (f"tensorflow.io.gfile.{new}",)) for old, new in _FILES.items()),
    *(Move(f"tensorflow.{name}", advice=f"Use tf.cast(x, tf.{kind}).") for name, kind in _CASTS.items()),
    Move("tensorflow.nn.rnn_cell", advice=_CELLS),
    Move(
        "tensorflow.summary.FileWriter",
        ("tensorflow.summary.create_file_writer",),
        advice="Write values with tf.summary.scalar(name, value, step) inside of: with writer.as_default().",
    ),
    Move("tensorflow.optimizers", ("tensorflow.keras.optimizers",)),
    Move("tensorflow.losses", ("tensorflow.keras.losses",)),
    Move("tensorflow.metrics", ("tensorflow.keras.metrics",)),
    Move("tensorflow.initializers", ("tensorflow.keras.initializers",)),
    Move("tensorflow.contrib.learn.datasets", advice=_MNIST),
    Move("tensorflow.estimator", advice=_ESTIMATORS),
    Move("keras.estimator", advice=_ESTIMATORS),
    Move("tensorflow.compat.v1.estimator", advice=_ESTIMATORS),
    Move(
        "tensorflow.compat.v1.layers",
        advice="The functions of tf.layers do not work with Keras 3: use the classes of tf.keras.layers.",
    ),
    *(Move(f"tensorflow.layers.{name}", (f"tensorflow.keras.{name}",)) for name in ("Sequential", "Model", "Input")),
    Move("tensorflow.layers", advice="Use the classes of tf.keras.layers: tf.keras.layers.Dense(units)(x)."),
    Move("tensorflow.feature_column", advice="Use Keras preprocessing layers, or keras.utils.FeatureSpace."),
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    """A call of to_float becomes one of cast; all else is found by its name, and layers with the Keras they need."""
    if problem.reference.endswith(".from_keras_model_file"):
        edits = [edit for reference in facts.references for edit in _loaded_first(reference, facts)]
        if edits:
            differs = "load_model has to know the file's format, and what the model is made of."
            yield Proposal("Load the model, and convert that", tuple(edits), _CONVERTS, differs)
    if problem.reference in _OF_SUMMARIES and (proposal := written_at_once(facts, world)) is not None:
        yield proposal
        return
    metrics = [*as_metrics_of_keras(problem, facts, world)]
    if metrics:
        yield from metrics
        return
    if problem.reference.rpartition(".")[2] in _CASTS:
        edits = [edit for reference in facts.references for edit in _cast(reference, facts)]
        if edits:
            yield Proposal("Use tf.cast", tuple(edits), f"tensorflow.cast is {world.where('tensorflow')}.")
    for way in fixes(problem, facts, world):
        lost = (
            problem.reference in _OF_SUMMARIES[:1] and isinstance(way, Proposal) and not way.differs and added_by(facts)
        )
        yield way._replace(differs=NOT_ADDED) if lost else way
    layers = _LAYERS.match(problem.reference) if world.keras_3 else None
    if layers and is_there_with_keras_2(f"tensorflow.compat.v1.{layers[1]}", ATTRIBUTE, world):
        yield with_keras_2(f"tf.{layers[2]}", world, f"Then tf.compat.v1.{layers[1]} is what it was: tf_keras has it.")


_OF_SUMMARIES = ("tensorflow.summary.FileWriter", "tensorflow.Summary", "tensorflow.Summary.Value")
_CONVERTS = "tensorflow.lite.TFLiteConverter.from_keras_model takes a loaded model."


def _loaded_first(reference: Reference, facts: CellFacts) -> list[Edit]:
    """``tf.lite.TFLiteConverter.from_keras_model_file('m.h5')``"""
    call = call_node(facts.cell, reference) if reference.name.endswith(".from_keras_model_file") else None
    local = reference.written.partition(".")[0]
    if call is None or len(call.args) != 1 or call.keywords or facts.after.names.get(local) != "tensorflow":
        return []
    file = facts.cell.segment(facts.cell.range(call.args[0]))
    loaded = f"{local}.keras.models.load_model({file})"
    return [Edit(facts.cell.range(call), f"{local}.lite.TFLiteConverter.from_keras_model({loaded})")]


def _cast(reference: Reference, facts: CellFacts) -> list[Edit]:
    """``tf.to_float(x)`` as ``tf.cast(x, tf.float32)``."""
    kind = _CASTS.get(reference.name.rpartition(".")[2])
    where = name_range(facts.cell, reference) if kind and reference.kind == "attribute" else None
    call = call_node(facts.cell, reference) if where else None
    if call is None or where is None or len(call.args) != 1 or call.keywords:
        return []
    module = reference.written.rpartition(".")[0]
    end = facts.cell.range(call.args[0])
    behind = Range(end.end_line, end.end_column, end.end_line, end.end_column)
    return [Edit(where, f"{module}.cast"), Edit(behind, f", {module}.{kind}")]


RULE = Rule(
    code="KI115",
    name="name of TensorFlow 1",
    lesson=Lesson(
        what="`tf.placeholder`, `tf.Session` or `tf.app.flags` ends in AttributeError: module 'tensorflow' has no "
        "attribute.",
        why="TensorFlow 2 runs operations at once, so it has no sessions and placeholders. What is left of "
        "TensorFlow 1 is in tf.compat.v1; a program that builds graphs needs "
        "tf.compat.v1.disable_v2_behavior() at its start, or better a rewrite.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\ntf.app.flags",
        after="import tensorflow as tf\ntf.compat.v1.app.flags",
        target="tensorflow==2.15.1",
        related=("KI114",),
    ),
    moves=MOVES,
    on_cell=finder("KI115"),
    fixes=_fixes,
)

"""The language of TensorFlow 1: placeholders, sessions, flags."""

from __future__ import annotations

from ..missing import finder
from ..move import Move
from ..repair import fixes
from ..rule import Lesson, Rule

_FLAGS = "Use argparse, or the package absl-py: from absl import app, flags."
_MNIST = (
    "The tutorial's loader is gone: (x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data(); "
    "divide by "
    "255.0 and use tf.one_hot for what read_data_sets(one_hot=True) gave."
)

MOVES = (
    Move("tensorflow.app.flags", ("tensorflow.compat.v1.app.flags", "tensorflow.compat.v1.flags"), advice=_FLAGS),
    Move("tensorflow.flags", ("tensorflow.compat.v1.flags",), advice=_FLAGS),
    Move("tensorflow.examples", advice=_MNIST),
    Move("tensorflow.python.examples", advice=_MNIST),
    Move("input_data", advice=_MNIST, whole=True),
    Move("tensorflow.log", ("tensorflow.math.log",)),
    Move("tensorflow.nn.leaky_relu", ("tensorflow.keras.activations.leaky_relu",)),
    Move("tensorflow.to_float", advice="Use tf.cast(x, tf.float32)."),
    Move("tensorflow.to_int32", advice="Use tf.cast(x, tf.int32)."),
    Move("tensorflow.optimizers", ("tensorflow.keras.optimizers",)),
    Move("tensorflow.losses", ("tensorflow.keras.losses",)),
    Move("tensorflow.metrics", ("tensorflow.keras.metrics",)),
    Move("tensorflow.initializers", ("tensorflow.keras.initializers",)),
    Move("tensorflow.contrib.learn.datasets", advice=_MNIST),
    Move(
        "tensorflow.estimator",
        advice="Estimators ended with TensorFlow 2.15: write the model with tf.keras, or stay with TensorFlow 2.15.",
    ),
    Move(
        "tensorflow.compat.v1.estimator",
        advice="Estimators ended with TensorFlow 2.15: write the model with tf.keras, or stay with TensorFlow 2.15.",
    ),
    Move(
        "tensorflow.compat.v1.layers",
        advice="The functions of tf.layers do not work with Keras 3: use the classes of tf.keras.layers.",
    ),
    Move("tensorflow.layers", advice="Use the classes of tf.keras.layers: tf.keras.layers.Dense(units)(x)."),
    Move("tensorflow.feature_column", advice="Use Keras preprocessing layers, or keras.utils.FeatureSpace."),
)

RULE = Rule(
    code="KI115",
    name="name of TensorFlow 1",
    lesson=Lesson(
        what="``tf.placeholder``, ``tf.Session``, ``tf.app.flags``: AttributeError: module 'tensorflow' has no "
        "attribute.",
        why="TensorFlow 2 runs operations at once, so that sessions and placeholders have no place in it. What is left "
        "of TensorFlow 1 is in tf.compat.v1; a program that builds graphs needs tf.compat.v1.disable_v2_behavior() "
        "at its start, or better a rewrite.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\ntf.placeholder",
        after="import tensorflow as tf\ntf.compat.v1.placeholder",
        target="tensorflow==2.15.1",
        related=("KI114",),
    ),
    on_cell=finder("KI115"),
    fixes=fixes,
)

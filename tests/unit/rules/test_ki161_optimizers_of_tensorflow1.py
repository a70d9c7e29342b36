"""KI161: optimizer of TensorFlow 1 in compile."""

from __future__ import annotations

import pytest
from checked import edited, told

TARGET = "tensorflow==2.16.2"
START = "import tensorflow as tf\n"


def test_an_optimizer_of_keras():
    assert told(TARGET, START + "model.compile(tf.keras.optimizers.Adam(0.1), 'mse')") == []


@pytest.mark.parametrize(
    ("made", "grade", "works"),
    [
        ("AdamOptimizer()", "verified", "Adam(epsilon=1e-08)"),
        ("AdamOptimizer(0.01, beta1=0.5)", "verified", "Adam(learning_rate=0.01, beta_1=0.5, epsilon=1e-08)"),
        ("GradientDescentOptimizer(rate)", "verified", "SGD(learning_rate=rate)"),
        (
            "MomentumOptimizer(0.1, 0.9, use_nesterov=True)",
            "verified",
            "SGD(learning_rate=0.1, momentum=0.9, nesterov=True)",
        ),
        (
            "AdagradOptimizer(0.1)",
            "verified",
            "Adagrad(learning_rate=0.1, initial_accumulator_value=0.1, epsilon=0.0)",
        ),
        ("RMSPropOptimizer(0.1)", "check the result", "RMSprop(learning_rate=0.1, epsilon=1e-10)"),
    ],
)
def test_the_class_of_keras_gets_the_settings_of_the_old_one(made, grade, works):
    cell = START + "model.compile(optimizer=tf.train.{}, loss='mse')"
    fixed = START + "model.compile(optimizer=tf.keras.optimizers.{}, loss='mse')"
    assert edited(TARGET, cell.format(made), "KI161") == (grade, fixed.format(works))


def test_an_optimizer_by_its_name():
    cell = START + "best = tf.train.AdamOptimizer(0.1)\nmodel.compile(best, 'mse')"
    works = START + "best = tf.keras.optimizers.Adam(learning_rate=0.1, epsilon=1e-08)\nmodel.compile(best, 'mse')"
    assert edited(TARGET, cell, "KI161") == ("verified", works)


@pytest.mark.parametrize(
    "use", ["best.minimize(loss)", "model.compile(best, 'mse')\nbest.apply_gradients(pairs)", "train(best)"]
)
def test_one_that_minimizes_by_itself_stays_one_of_tensorflow_1(use):
    cell = START + "best = tf.train.AdamOptimizer(0.1)\n" + use
    assert edited(TARGET, cell, "KI161") == ("check the result", cell.replace("tf.train", "tf.compat.v1.train"))

"""The gradient of a model's loss in place of the tensors that Keras 2 had for it."""

from __future__ import annotations

import types

import pytest
from refusals import told

BASE = type("Model", (), {"__module__": "keras.src.models.model"})
TF = types.ModuleType("tensorflow")


def model(loss):
    made = type("Functional", (BASE,), {"__module__": "keras.src.models.functional"})()
    made.loss = loss
    return made


def lines(cell, loss="mse", **names):
    (problem,) = told(cell, net=model(loss), K=types.SimpleNamespace(gradients=None), **names)
    assert problem.rule == "KA202"
    return problem.fixes[0].commands


BY_INPUT = "loss = net.total_loss\ng = K.gradients(loss, net.inputs[0])"
BY_WEIGHTS = "g = K.gradients(net.total_loss, net.trainable_weights)"


def test_the_gradient_by_the_input_in_the_names_of_the_program():
    assert lines(BY_INPUT, tf=TF) == (
        'x = tf.convert_to_tensor(x, "float32")',
        "with tf.GradientTape() as tape: tape.watch(x); loss = tf.reduce_mean(tf.keras.losses.get('mse')(y, net(x)))",
        "gradient = tape.gradient(loss, x)",
    )
    assert lines(BY_INPUT)[0].startswith("import tensorflow as tf; x = ")


@pytest.mark.parametrize("by", ["net.trainable_weights", "[w for w in net.trainable_variables]"])
def test_the_gradient_by_the_weights(by):
    found = lines(BY_WEIGHTS.replace("net.trainable_weights", by), loss=object(), tf=TF)
    assert found == (
        "with tf.GradientTape() as tape: loss = tf.reduce_mean(net.loss(y, net(x)))",
        "gradients = tape.gradient(loss, net.trainable_variables)",
    )


@pytest.mark.parametrize(
    ("cell", "loss"),
    [
        ("t = net.targets[0]", "mse"),  # no gradient is asked for
        (BY_INPUT, ["mse", "mae"]),  # which of them?
        (BY_INPUT, None),
    ],
)
def test_else_it_is_only_said_what_a_model_does_not_hold(cell, loss):
    (problem,) = told(cell, net=model(loss))
    assert (problem.fixes[0].kind, problem.fixes[0].commands) == ("manual", ())

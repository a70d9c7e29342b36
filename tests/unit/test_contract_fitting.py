"""The loss that fits a last layer and its labels; none where that is not sure."""

from __future__ import annotations

import numpy as np
import pytest
from contracts import call, network

from kerasmagic.diagnosis.contract.data import GENERATOR, Data
from kerasmagic.diagnosis.contract.fitting import fitting_losses
from kerasmagic.diagnosis.contract.network import Layer
from kerasmagic.diagnosis.contract.training import Training

CLASSES, COLUMNS = np.array([0, 1, 2, 1]), np.eye(3)[[0, 1, 2, 1]]
BINARY, MANY = np.array([0, 1, 1, 0]), np.array([[1, 1, 0], [0, 0, 0]])


def losses(made, activation, labels):
    ends = tuple(Layer("Dense", "dense", shape[-1], activation) for shape in made)
    found = fitting_losses(call(network(outputs=made, ends=ends), x=np.zeros((4, 4)), y=labels))
    return [each.written("keras") for each in found]


@pytest.mark.parametrize(
    "made, activation, labels, loss",
    [
        ((None, 1), "sigmoid", BINARY, "'binary_crossentropy'"),
        ((None, 1), "sigmoid", BINARY[:, None], "'binary_crossentropy'"),
        ((None, 3), "sigmoid", MANY, "'binary_crossentropy'"),
        ((None, 3), "softmax", CLASSES, "'sparse_categorical_crossentropy'"),
        ((None, 3), "softmax", CLASSES.astype(float), "'sparse_categorical_crossentropy'"),
        ((None, 3), "softmax", COLUMNS, "'categorical_crossentropy'"),
        ((None, 5, 3), "softmax", np.ones((4, 5), int), "'sparse_categorical_crossentropy'"),
        ((None, 3), "linear", CLASSES, "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"),
        ((None, 3), "linear", COLUMNS, "keras.losses.CategoricalCrossentropy(from_logits=True)"),
        ((None, 1), "linear", BINARY, "keras.losses.BinaryCrossentropy(from_logits=True)"),
        ((None, 1), "linear", np.array([3.5, 8.0]), "'mse'"),
        ((None, 2), "relu", np.array([[3.5, 8.0]]), "'mse'"),
    ],
)
def test_one_loss_fits(made, activation, labels, loss):
    assert losses((made,), activation, labels) == [loss]


@pytest.mark.parametrize(
    "made, activation, labels",
    [
        ((None, 3), "softmax", np.array([1, 2, 3])),
        ((None, 1), "softmax", BINARY),
        ((None, 3), "sigmoid", CLASSES),
        ((None, 1), "sigmoid", np.array([3.5, 8.0])),
        ((None, 3), "softmax", np.zeros((4, 7))),
        ((None, 6, 6, 3), "softmax", CLASSES),
        ((None, 3), "linear", MANY),
        ((None, 3), "", CLASSES),
        ((None, None), "softmax", CLASSES),
        ((None, 3), "softmax", ["a", "b"]),
    ],
)
def test_none_is_sure(made, activation, labels):
    assert losses((made,), activation, labels) == []


def test_each_output_has_its_own():
    made = ((None, 1), (None, 3))
    assert losses(made, "softmax", [BINARY, CLASSES]) == []
    assert losses(made, "linear", [np.array([1.5]), CLASSES]) == [
        "'mse'",
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
    ]


def test_of_labels_that_are_not_seen_only_a_sigmoid_tells():
    for activation, found in (("sigmoid", 1), ("softmax", 0), ("linear", 0)):
        made = network(outputs=((None, 1),), ends=(Layer("Dense", "dense", 1, activation),))
        losses = fitting_losses(Training("fit", made, {"x": Data(iter(()), GENERATOR)}))
        assert len(losses) == found and not any(each.is_seen for each in losses)

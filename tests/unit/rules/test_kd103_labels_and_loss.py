"""KD103: labels, loss and last layer."""

from __future__ import annotations

import ast
from dataclasses import replace

import numpy as np
import pytest
from contracts import call, network, titles
from refusals import compiled, told

from kerasmagic.diagnosis.contract.data import describe
from kerasmagic.diagnosis.contract.training import Training
from kerasmagic.rules.contracts.kd103_labels_and_loss import check

SPARSE, ONE_HOT, BINARY = "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy"


@pytest.mark.parametrize(
    "loss, made, given",
    [
        (SPARSE, (None, 3), (20,)),
        (SPARSE, (None, 3), (20, 1)),
        (SPARSE, (None, 6, 3), (20, 6)),
        (ONE_HOT, (None, 3), (20, 3)),
        (ONE_HOT, (None, 6, 3), (20, 6, 3)),
        (BINARY, (None, 1), (20,)),
        (BINARY, (None, 1), (20, 1)),
        (BINARY, (None, 5), (20, 5)),
        ("mean_squared_error", (None, 1), (20,)),
        ("mean_squared_error", (None, 1), (20, 3)),
        ("mean_squared_error", (None, None), (20, 3)),
        ("", (None, 3), (20,)),
        ("ctc", (None, 3), (20,)),
    ],
)
def test_what_fits_is_not_told(loss, made, given):
    assert titles(check, network(outputs=(made,), loss=loss), x=np.zeros((20, 4)), y=np.zeros(given)) == []


@pytest.mark.parametrize(
    "loss, made, given, says",
    [
        (ONE_HOT, (None, 3), (20,), "takes no class numbers"),
        (ONE_HOT, (None, 3), (20, 1), "takes no class numbers"),
        (BINARY, (None, 3), (20,), "takes no class numbers"),
        (SPARSE, (None, 3), (20, 3), "takes class numbers"),
        (ONE_HOT, (None, 5), (20, 3), "3 columns, and the last layer gives 5"),
        (BINARY, (None, 1), (20, 2), "2 columns, and the last layer gives 1"),
        ("mean_squared_error", (None, 2), (20, 3), "3 columns, and the last layer gives 2"),
        (ONE_HOT, (None, 6, 6, 3), (20, 3), "The model gives (None, 6, 6, 3)"),
    ],
)
def test_what_does_not_fit_is_told(loss, made, given, says):
    found = titles(check, network(outputs=(made,), loss=loss), x=np.zeros((20, 4)), y=np.zeros(given))
    assert len(found) == 1
    assert says in found[0]


def test_the_number_that_the_layer_was_made_with_is_named():
    call = Training("fit", network(outputs=((None, 5),), loss=ONE_HOT), {"y": describe(np.zeros((20, 3)))})
    held = {"num_labels": 5, "batch": 5, "y": 0}
    (found,) = check(replace(call, namespace=held, written={"y": ast.parse("y", mode="eval").body}))
    assert found.advice[0].startswith("Write num_labels = y.shape[1] where it is 5 now")
    (found,) = check(replace(call, namespace={"batch": 5}))
    assert found.advice[0] == "Let the last layer have 3 units, as many as there are columns."


def test_predict_has_no_labels():
    assert titles(check, network(loss=ONE_HOT), "predict", x=np.zeros((20, 4)), y=np.zeros(20)) == []


RANK = ValueError(
    "Arguments `target` and `output` must have the same rank (ndim). Received: target.shape={}, output.shape={}"
)


def says(target, output):
    return ValueError(str(RANK).format(target, output))


X, CLASSES = np.ones((20, 3)), np.array([0, 1, 2, 1] * 5)
COLUMNS = np.eye(3)[CLASSES]


def first(cell, **names):
    (problem,) = told(cell, **names)
    assert problem.rule == "KD103"
    return problem.fixes[0]


@pytest.mark.parametrize(
    "activation, labels, advice",
    [
        ("softmax", CLASSES, "loss='sparse_categorical_crossentropy'"),
        ("linear", CLASSES, "SparseCategoricalCrossentropy(from_logits=True)"),
        ("softmax", CLASSES + 5, "Dense(8, activation='softmax')"),
        ("sigmoid", CLASSES, "Dense(3, activation='softmax')"),
        ("softmax", CLASSES + 0.5, "Dense(1)"),
    ],
)
def test_one_change_fits_the_labels_and_the_last_layer(activation, labels, advice):
    model = compiled(says("(20,)", "(20, 3)"), (None, 3), loss="categorical_crossentropy", activation=activation)
    assert advice in first("model.fit(x, y)", model=model, x=X, y=labels).title


def test_a_single_unit_is_for_a_single_yes_or_no():
    model = compiled(says("(20,)", "(20, 2)"), (None, 2), loss="binary_crossentropy", activation="sigmoid")
    fix = first("model.fit(x, y)", model=model, x=X, y=CLASSES % 2)
    assert "Dense(1, activation='sigmoid')" in fix.title


@pytest.mark.parametrize("labels", ["CLASSES", "COLUMNS"])
def test_labels_of_validation_data_are_brought_into_the_form_of_the_training(labels):
    trained, other = (COLUMNS, CLASSES) if labels == "CLASSES" else (CLASSES, COLUMNS)
    loss = "categorical_crossentropy" if labels == "CLASSES" else "sparse_categorical_crossentropy"
    model = compiled(says("(20,)", "(20, 3)"), (None, 3), loss=loss, activation="softmax")
    fix = first("model.fit(x, y, validation_data=(x, z))", model=model, x=X, y=trained, z=other)
    assert ("to_categorical(z, 3)" if labels == "CLASSES" else "z.argmax(axis=-1)") in (fix.source or fix.title)


@pytest.mark.parametrize(
    "loss, made, given, title",
    [
        (SPARSE, (None, 3), (20, 7), "The model gives one answer for each sample, (None, 3)"),
        (ONE_HOT, (None, 3), (20, 7, 3), "The model gives one answer for each sample, (None, 3)"),
        (BINARY, (None, 8, 8, 1), (20, 10, 10, 1), "The model gives (None, 8, 8, 1)"),
        (SPARSE, (None, 8, 8, 3), (20, 10, 10), "The model gives (None, 8, 8, 3)"),
        (SPARSE, (None, 8, 8, 3), (20, 10, 10, 1), "The model gives (None, 8, 8, 3)"),
    ],
)
def test_steps_and_sizes_are_told(loss, made, given, title):
    (found,) = titles(check, network(outputs=(made,), loss=loss), x=np.zeros((20, 4)), y=np.zeros(given))
    assert found.startswith(title)


def test_of_a_sequence_the_message_tells_the_labels():
    model = compiled(says("(None,)", "(None, 3)"), (None, 3), loss="categorical_crossentropy", activation="softmax")
    (problem,) = told("model.fit(batches)", model=model, batches=object())
    assert problem.title.startswith("The labels of batches are class numbers")


def test_labels_that_were_made_one_hot_twice():
    once = np.eye(3, dtype="float32")[[0, 2, 1, 1]]
    twice = np.eye(2, dtype="float32")[once.astype(int)]
    made = network(outputs=((None, 3),), loss=ONE_HOT)
    assert titles(check, made, y=twice) == ["y was made one-hot twice, and has shape (4, 3, 2)"]
    assert not any("twice" in title for title in titles(check, made, y=np.random.rand(4, 3, 2)))
    assert not any("twice" in title for title in titles(check, made, y=once))


ROWS = np.eye(3)[[0, 1, 2, 0, 1, 2]]


@pytest.mark.parametrize(
    "labels, lacks",
    [(ROWS[:, 1:], True), (ROWS[:, 1:] * 0.5, False), (np.ones((6, 2)), False), (ROWS[:3, 1:] * 0, False)],
)
def test_rows_of_zeros_stand_for_a_class_without_a_column(labels, lacks):
    made = network(outputs=((None, 3),), loss=ONE_HOT)
    (title,) = titles(check, made, x=np.zeros((len(labels), 4)), y=labels)
    assert (title == "y lacks the column of one class: it has 2, and the last layer gives 3") == lacks


def test_the_line_that_dropped_the_column_is_told():
    cells = ["", "y = pd.get_dummies(names, drop_first=True, dtype=float)", "model.fit(x, y_train)"]
    model = compiled(ValueError("Shapes (None, 2) and (None, 3) are incompatible"), (None, 3), loss=ONE_HOT)
    x, y = np.zeros((6, 3)), ROWS[:, 1:]
    (problem,) = told(cells[-1], model=model, x=x, y=y, y_train=y, In=cells)
    assert problem.fixes[0].title.startswith("In [1], line 1: write y = pd.get_dummies(names, dtype=float), and run")


def test_what_a_loader_gives_as_a_whole_has_no_shape_of_labels():
    both = (np.zeros((20, 4)), np.zeros(20))
    (title,) = titles(check, network(outputs=((None, 28, 28, 1),), loss="mean_squared_error"), x=both, y=both)
    assert title == "y is a tuple of 2 arrays, of shapes (20, 4) and (20,), and is given for the labels"
    found = call(network(outputs=((None, 3),), loss=ONE_HOT), failed=False, x=both, y=both)
    assert [finding for finding in check(found) if finding.certain] == []

"""KD151: metrics and labels."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from refusals import compiled, layer, refused, rules, told

STACK = ValueError(
    "Dimension 0 in both shapes must be equal, but are 256 and 768. From merging shape 0 with other shapes. for '{{"
    "node stack}} = Pack[N=2, T=DT_INT64, axis=1](Reshape_2, Reshape_1)' with input shapes: [256], [768]."
)
TWO_AXES = ValueError(
    "FBetaScore expects 2D inputs with shape (batch_size, output_dim). Received input shapes: y_pred.shape=(None, {}) "
    "and y_true.shape=(None,)."
)
X, MASKS, CLASSES = np.ones((4, 3)), np.zeros((4, 8, 8), int), np.array([0, 1, 2, 1])


def two_axes(columns):
    return ValueError(str(TWO_AXES).format(columns))


def metric(kind, **held):
    return layer(kind, **held)


def test_other_errors_are_not_told():
    model = compiled(ValueError("It is not known"), (None, 3), metrics=[metric("Precision")], activation="softmax")
    assert "KD151" not in rules("model.fit(x, y)", model=model, x=X, y=CLASSES)


@pytest.mark.parametrize("kind", ["MeanIoU", "IoU"])
def test_class_numbers_against_columns(kind):
    model = compiled(STACK, (None, 8, 8, 3), metrics=["accuracy", metric(kind, sparse_y_pred=True, num_classes=3)])
    (problem,) = told("model.fit(x, y)", model=model, x=X, y=MASKS)
    assert (
        problem.title == f"{kind} compares class numbers, and the model gives a column for each class: (None, 8, 8, 3)"
    )
    assert "num_classes=3, sparse_y_pred=False" in problem.fixes[0].title


def test_where_it_takes_the_greatest_column_it_is_not_told():
    model = compiled(STACK, (None, 8, 8, 3), metrics=[metric("MeanIoU", sparse_y_pred=False)])
    assert "KD151" not in rules("model.fit(x, y)", model=model, x=X, y=MASKS)


def test_columns_are_made_of_class_numbers_and_the_loss_changes_with_them():
    cell = (
        "model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))\n"
        "model.fit(x, y, validation_data=(x, z))"
    )
    module = ModuleType("keras")
    module.losses = SimpleNamespace(SparseCategoricalCrossentropy=lambda **given: None)
    loss = layer("SparseCategoricalCrossentropy")
    model = compiled(two_axes(3), (None, 3), loss=loss, metrics=[metric("F1Score")])
    model.compile = lambda **given: None
    (problem,) = told(cell, model=model, x=X, y=CLASSES, z=CLASSES, keras=module)
    assert problem.fixes[0].source == (
        "model.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=True))\n"
        "model.fit(x, keras.utils.to_categorical(y, 3), validation_data=(x, keras.utils.to_categorical(z, 3)))"
    )


def test_a_single_unit_takes_a_column_and_a_threshold():
    cell = "m = F1Score()\nmodel.fit(x, y)"
    model = compiled(two_axes(1), (None, 1), loss="binary_crossentropy", metrics=[metric("F1Score", threshold=None)])
    (problem,) = told(cell, model=model, x=X, y=np.array([0, 1, 1, 0]), F1Score=lambda **given: None)
    assert problem.fixes[0].source == "m = F1Score(threshold=0.5)\nmodel.fit(x, y[:, None])"


@pytest.mark.parametrize("columns, says", [(3, "to_categorical(y, 3)"), (1, "y.reshape(-1, 1)")])
def test_outside_of_a_training_the_shapes_tell(columns, says):
    (problem,) = told("f(1)", f=refused(two_axes(columns)))
    assert problem.rule == "KD151" and says in problem.fixes[0].title


def test_whole_numbers_that_are_not_converted():
    says = ValueError("Tensor conversion requested dtype float32 for Tensor with dtype int64: metrics_utils")
    model = compiled(says, (None, 1), loss="binary_crossentropy", metrics=[metric("F1Score", threshold=0.5)])
    cell = "m = F1Score(threshold=0.5)\nmodel.fit(x, y)"
    (problem,) = told(cell, model=model, x=X, y=np.array([0, 1, 1, 0]), F1Score=lambda **given: None)
    assert problem.fixes[0].source.endswith("model.fit(x, y.astype('float32'))")

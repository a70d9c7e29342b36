"""KD142: class_weight."""

from __future__ import annotations

import numpy as np
import pytest
from refusals import model, rules, told

OUTPUTS = ValueError("`class_weight` is only supported for Models with a single output.")
AXES = ValueError("`class_weight` not supported for 3+ dimensional targets.")
WEIGHTS = {0: 1.0, 1: 5.0}
X, Y, MASKS = np.ones((4, 3)), np.ones(4, int), np.ones((4, 8, 8, 1), int)


def made(says, *outputs):
    kind = type("KerasTensor", (), {"__module__": "keras.src.backend.common.keras_tensor"})
    tensors = []
    for shape in outputs:
        each = kind()
        each._shape = shape
        tensors.append(each)
    return model(says, "Functional", _outputs=tensors, _inputs=[])


def test_other_refusals_are_not_told():
    assert rules("model.fit(x, y, class_weight=w)", model=made(ValueError("No"), (None, 1)), x=X, y=Y, w=WEIGHTS) == []
    assert "KD142" not in rules("model.fit(x, y)", model=made(AXES, (None, 8, 8, 1)), x=X, y=MASKS)


@pytest.mark.parametrize(
    "labels, given",
    [
        (MASKS, "np.vectorize(w.get)(y[..., 0])"),
        (MASKS[..., 0], "np.vectorize(w.get)(y)"),
        (np.ones((4, 8, 8, 2)), "np.vectorize(w.get)(y.argmax(axis=-1))"),
    ],
)
def test_each_pixel_gets_its_weight(labels, given):
    cell = "model.fit(x, y, class_weight=w)"
    (problem,) = told(cell, model=made(AXES, (None, 8, 8, 1)), x=X, y=labels, w=WEIGHTS, np=np)
    assert problem.fixes[0].source == f"model.fit(x, y, sample_weight={given})"


def test_several_outputs_get_a_list_of_weights():
    cell = "model.fit(x, [a, b], epochs=2, class_weight=w)"
    (problem,) = told(cell, model=made(OUTPUTS, (None, 1), (None, 1)), x=X, a=Y, b=Y, w=WEIGHTS, np=np)
    assert problem.title == "class_weight is for models with one output, and this one has 2"
    assert problem.fixes[0].source == (
        "model.fit(x, [a, b], epochs=2, sample_weight=[np.vectorize(w.get)(a), np.vectorize(w.get)(b)])"
    )


@pytest.mark.parametrize("labels", ["{'out': y}", "[y]"])
def test_labels_of_one_output_come_out_of_their_container(labels):
    (problem,) = told(f"model.fit(x, {labels}, class_weight=w)", model=made(OUTPUTS, (None, 1)), x=X, y=Y, w=WEIGHTS)
    assert problem.fixes[0].source == "model.fit(x, y, class_weight=w)"

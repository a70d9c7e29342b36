"""KD183: labels behind the answers."""

from __future__ import annotations

import numpy as np
import pytest
from refusals import keras, rules, told

SAYS = ValueError("Argument `output` must have rank (ndim) `target.ndim - 1`.")
Y, LOGITS = np.array([0, 2, 1]), np.ones((3, 4), "float32")


def loss(kind="SparseCategoricalCrossentropy", says=SAYS):
    made = {"__module__": "keras.src.losses.losses"}
    base = type("Loss", (), {**made, "__call__": keras(says)["call"], "update_state": keras(says)["call"]})
    return type(kind, (base,), made)()


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("loss_fn(logits, y)", "loss_fn(y, logits)"),
        ("loss_fn(y_true=logits, y_pred=y)", "loss_fn(y_true=y, y_pred=logits)"),
        ("loss_fn(logits, y, sample_weight=None)", "loss_fn(y, logits, sample_weight=None)"),
    ],
)
def test_the_two_are_swapped(cell, works):
    (problem,) = told(cell, loss_fn=loss(), y=Y, logits=LOGITS)
    assert (problem.rule, problem.fixes[0].source, problem.fixes[0].verified) == ("KD183", works, True)


def test_all_of_one_function_are_swapped():
    cell = "def step():\n    value = loss_fn(logits, y)\n    metric.update_state(logits, y)\nstep()"
    names = {"loss_fn": loss(), "metric": loss("SparseCategoricalAccuracy"), "y": Y, "logits": LOGITS}
    (problem,) = told(cell, **names)
    assert "loss_fn(y, logits)\n    metric.update_state(y, logits)" in problem.fixes[0].source


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("SparseCategoricalCrossentropy", Y, LOGITS),
        ("MeanSquaredError", LOGITS, Y),
        ("SparseCategoricalCrossentropy", LOGITS, LOGITS),
        ("SparseCategoricalCrossentropy", LOGITS[:, :1], Y),
    ],
)
def test_what_is_in_order_or_not_sure_is_not_told(kind, first, second):
    assert "KD183" not in rules("loss_fn(a, b)", loss_fn=loss(kind), a=first, b=second)

"""The step of training that a failed fit leaves in a model of Keras 2."""

from __future__ import annotations

import numpy as np
import pytest
from refusals import model, told

REUSED = ValueError("Creating variables on a non-first call to a function decorated with tf.function.")
SHAPE = ValueError("Input 0 of layer sequential is incompatible with the layer: expected shape=(None, 4), found (2, 2)")
X = np.ones((6, 2, 2))


class OptimizerV2:
    __module__ = "keras.optimizers.optimizer_v2.optimizer_v2"
    _iterations = None


def optimizer(**held):
    made = OptimizerV2()
    vars(made).update(held)
    return made


def stuck(says, of=None, **held):
    kind = type("KerasTensor", (), {"__module__": "keras.engine.keras_tensor"})
    tensor = kind()
    tensor._shape = (None, 4)
    return model(says, "Functional", train_function=print, optimizer=of or optimizer(), _inputs=[tensor], **held)


def test_the_next_fit_is_told_of_the_step_that_is_used_again():
    (problem,) = told("for i in range(1):\n    history = m.fit(x, y)", m=stuck(REUSED), x=X, y=X)
    assert problem.rule == "KD115"
    assert problem.fixes[0].source == "m.train_function = None\nfor i in range(1):\n    history = m.fit(x, y)"


def test_an_edit_of_the_first_fit_lets_keras_make_its_step_anew():
    (problem,) = told("m.fit(x, x)", m=stuck(SHAPE), x=X)
    assert problem.rule == "KD101"
    assert problem.fixes[0].source == "m.train_function = None\nm.fit(x.reshape(-1, 4), x)"


@pytest.mark.parametrize(
    ("before", "loop"),
    [
        ("", "while True:\n    for i in range(1):\n        m.fit(x, y)"),
        ("def go(m):\n    ", "for i in range(1):\n        m.fit(x, y)\ngo(m)"),
        ("for part in [x]:\n    box = [m]\n    ", "for i in [1]:\n        box[0].fit(x, y)"),
    ],
)
def test_once_before_the_loop_is_enough(before, loop):
    name = "box[0]" if "box" in before else "m"
    (problem,) = told(before + loop, m=stuck(REUSED), x=X, y=X)
    indent = " " * len(before.rpartition("\n")[2])
    assert problem.fixes[0].source == f"{before}{name}.train_function = None\n{indent}{loop}"


@pytest.mark.parametrize(
    "cell, held",
    [
        ("m.compile = None\nm.fit(x, x)", {}),
        ("m.fit(x, x)", {"of": optimizer(_iterations=1)}),
        ("m.fit(x, x)", {"_run_eagerly": True}),
    ],
)
def test_a_step_that_works_is_left(cell, held):
    (problem,) = told(cell, m=stuck(SHAPE, **held), x=X)
    assert "train_function" not in (problem.fixes[0].source or "")

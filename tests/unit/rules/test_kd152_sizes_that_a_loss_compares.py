"""KD152: sizes that a loss compares."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from refusals import compiled, refused, rules, told

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.evidence.inside_keras import scopes_of_the_gradient

NODE = (
    "Dimensions must be equal, but are 3 and 2 for '{{{{node compile_loss/mine/sub}}}} = Sub[T=DT_FLOAT](data_1, out)' "
)
X = np.ones((32, 3))


def says(one, other):
    return ValueError(f"{NODE.format()}with input shapes: {one}, {other}.")


CELL = """def mine(y_true, y_pred):
    return subtracted(y_true, y_pred)
model._compile_loss._user_loss = mine
model.fit(x, y)
"""
FIT = """def fit(self, x=None, y=None):
    try:
        self._compile_loss._user_loss(1, 2)
    except ValueError as error:
        error.__traceback__.tb_next.tb_next = None
        raise
"""
"""Keras takes the steps of TensorFlow out of the traceback: it ends at the user's line."""


def fitted(error, made, labels, cell=CELL):
    """What is told where fit calls the loss ``mine`` of the cell, which fails."""
    model = compiled(error, made)
    inside = {"__name__": "keras.src.trainers.trainer"}
    exec(compile(FIT, "/x/site-packages/keras/src/trainers/trainer.py", "exec"), inside)
    type(model).fit = inside["fit"]
    return told(cell, model=model, x=X, y=labels, subtracted=refused(error), error=error)


def test_columns_that_the_last_layer_lacks():
    (problem,) = fitted(says("[32,3]", "[32,2]"), (None, 2), np.ones((32, 3)))
    assert problem.rule == "KD152"
    assert problem.title == "In mine y_true has 3 columns and y_pred 2: (None, 3) and (None, 2)"
    assert "3 units" in problem.fixes[0].title


def test_a_gradient_names_the_loss_in_its_scopes_only():
    node = "gradient_tape/compile_loss/mine/mul/BroadcastGradientArgs"
    failure = Failure(ValueError(f"Detected at node {node} defined at (most recent call last):\n<unavailable>"))
    assert scopes_of_the_gradient(failure)[:3] == ["BroadcastGradientArgs", "mul", "mine"]
    assert scopes_of_the_gradient(Failure(ValueError(f"{NODE.format()}…"))) == []


@pytest.mark.parametrize(
    "labels, first",
    [
        ((32, 8, 8), "y_true = tf.one_hot(tf.cast(y_true, tf.int32), 4)"),
        ((32, 8, 8, 1), "y_true = tf.one_hot(tf.cast(tf.squeeze(y_true, -1), tf.int32), 4)"),
    ],
)
def test_class_numbers_become_columns(labels, first):
    sizes = "[" + ",".join(map(str, labels)) + "]"
    (problem,) = fitted(says(sizes, "[32,8,8,4]"), (None, 8, 8, 4), np.zeros(labels, int))
    assert f"Begin mine with {first}." in [fix.title for fix in problem.fixes]


def test_other_tensors_of_the_function_are_those_of_a_computation():
    found = [problem.rule for problem in fitted(says("[32,2]", "[3]"), (None, 2), np.ones((32, 2)))]
    assert found == ["KD132"]


@pytest.mark.parametrize(
    "target, output, advice",
    [
        ("(None,)", "(None, 3)", "sparse_categorical_crossentropy"),
        ("(None, 10, 10, 1)", "(None, 8, 8, 1)", "padding='same'"),
        ("(None, 4)", "(None, 5)", "as many units as columns"),
        ("(32, 1)", "(64, 1)", "np.ones((len(x), 1))"),
    ],
)
def test_outside_of_a_training_the_shapes_tell(target, output, advice):
    what = "rank" if target == "(None,)" else "shape"
    message = f"Arguments `target` and `output` must have the same {what}. Received: target.shape={target}, "
    (problem,) = told("f(1)", f=refused(ValueError(f"{message}output.shape={output}")))
    assert problem.rule == "KD152" and advice in problem.fixes[0].title


@pytest.mark.parametrize("line", ["raise error", "if True: raise error", "assert False, error"])
def test_what_a_function_of_the_users_raises_itself_is_no_refusal(line):
    cell = CELL.replace("return subtracted(y_true, y_pred)", line)
    assert fitted(says("[32,2]", "[3]"), (None, 2), np.ones((32, 2)), cell) == []


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise says", says=says("[32,3]", "[32,2]")) == []


def test_a_loss_of_columns_in_a_loop_of_the_users():
    says = ValueError("Shapes (3,) and (3, 4) are incompatible")
    made = {"__module__": "keras.src.losses.losses", "__call__": refused(says)}
    loss = type("CategoricalCrossentropy", (), {**made, "__init__": lambda self, from_logits: None})
    cell = "loss_fn = losses.CategoricalCrossentropy(from_logits=True)\nloss = loss_fn(y, logits)"
    names = {"losses": SimpleNamespace(CategoricalCrossentropy=loss), "logits": np.ones((3, 4), "float32")}
    (problem,) = told(cell, y=np.array([0, 2, 1]), **names)
    assert problem.rule == "KD152"
    assert problem.fixes[0].source.startswith("loss_fn = losses.SparseCategoricalCrossentropy(from_logits=True)\n")
    assert "KD152" not in rules(cell, y=np.ones((3, 2), "float32"), **names)

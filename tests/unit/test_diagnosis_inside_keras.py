"""Where a training failed: in Keras's own comparison, or in a function that Keras called."""

from __future__ import annotations

import pytest

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.evidence.inside_keras import called_functions, compares

KERAS_2 = """in user code:

    File "/x/site-packages/keras/engine/training.py", line 1284, in train_function  *
        return step_function(self, iterator)
    File "/x/site-packages/keras/losses.py", line 160, in __call__
        return losses_utils.compute_weighted_loss(
{}
    ValueError: Dimensions must be equal
"""
GRAPH = """Graph execution error:

Detected at node {} defined at (most recent call last):
    File "<ipython-input-1>", line 6, in <module>
    File "/x/site-packages/keras/engine/training.py", line 1284, in train_function
{}
Incompatible shapes: [32] vs. [32,4]
"""
OLD = "Can not squeeze dim[1] [[node {} (defined at <ipython-input-1>:3) ]] [Op:__inference_train_function_1]"
MINE = '    File "/tmp/ipykernel_1/2.py", line 2, in mine  *\n        return y_true - y_pred\n'
WEIGHING = '    File "/x/site-packages/keras/src/losses/loss.py", line 190, in reduce_weighted_values'
LAYER = '    File "/x/site-packages/keras/src/layers/core/dense.py", line 190, in call'


def fit(message):
    """The error as fit raises it."""
    inside = {"__name__": "keras.src.trainers.trainer"}
    text = "def fit(error):\n    raise error\n"
    exec(compile(text, "/x/site-packages/keras/src/trainers/trainer.py", "exec"), inside)
    try:
        inside["fit"](ValueError(message))
    except ValueError as error:
        return Failure(error)
    raise AssertionError


@pytest.mark.parametrize(
    "message, found",
    [
        (KERAS_2.format(""), True),
        (KERAS_2.format(MINE), False),
        (KERAS_2.format("").replace("keras/losses.py", "tf_keras/src/metrics/base_metric.py"), True),
        (KERAS_2.format("").replace("keras/losses.py", "keras/layers/core/dense.py"), False),
        (KERAS_2.format("").replace("/x/site-packages/keras/losses.py", r"C:\site-packages\keras\losses.py"), True),
        (GRAPH.format("compile_loss/mse/mul", WEIGHING), True),
        (GRAPH.format("dense/MatMul", LAYER), False),
        (GRAPH.format("mine/sub", WEIGHING + "\n" + MINE), False),
        (OLD.format("mean_squared_error/weighted_loss/Squeeze"), True),
        (OLD.format("sequential/dense/Squeeze"), False),
        ("Dimensions must be equal '{{node compile_loss/mse/sub}} = Sub", True),
        ("Dimensions must be equal '{{node sequential_1/dense_1/sub}} = Sub", False),
        ("Dimension 0 in both shapes must be equal '{{node stack}} = Pack", True),
        ("Unknown image [[{{node DecodePng}}]] [[IteratorGetNext]]", False),
    ],
)
def test_it_is_known_where_keras_compares(message, found):
    assert compares(fit(message)) == found


def test_outside_of_a_training_nothing_is_compared():
    assert not compares(Failure(ValueError("Dimensions must be equal '{{node stack}} = Pack")))


@pytest.mark.parametrize("message, names", [(KERAS_2.format(MINE), ["mine"]), (KERAS_2.format(""), [])])
def test_the_functions_of_the_user_are_named(message, names):
    assert called_functions(fit(message)) == names

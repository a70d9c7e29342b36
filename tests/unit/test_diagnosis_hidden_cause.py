"""What Keras says in place of the error of a function that it tried out."""

from __future__ import annotations

from types import ModuleType

from checked import KERAS_3
from refusals import told

SAYS = "We could not automatically infer the shape of the Lambda's output. Please specify the `output_shape` argument"
LAMBDA = """
def Lambda(function):
    try:
        function(1)
    except Exception:
        raise NotImplementedError(says)
"""


def layer(says=SAYS):
    inside = {"__name__": "keras.src.layers.core.lambda_layer", "says": says}
    exec(compile(LAMBDA, "/x/site-packages/keras/src/layers/core/lambda_layer.py", "exec"), inside)
    return inside["Lambda"]


def test_the_function_of_a_lambda_layer_is_mended():
    cell = "from keras import backend as K\nx = Lambda(lambda t: K.l2_normalize(t, axis=1))"
    (problem,) = told(cell.partition("\n")[2], __name__="__main__", K=ModuleType("keras.backend"), Lambda=layer())
    assert "keras.backend has no l2_normalize" in problem.title


def test_what_keras_itself_could_not_do_is_told_as_before():
    (problem,) = told("x = Lambda(len)", Lambda=layer(), target=KERAS_3)
    assert problem.rule == "KD123"

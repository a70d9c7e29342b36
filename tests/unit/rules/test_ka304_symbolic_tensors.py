"""KA304: tensor without a value."""

from __future__ import annotations

import pytest
from checked import KERAS_3, failed

MESSAGES = [
    ("tf.ones(1).numpy()", AttributeError("'SymbolicTensor' object has no attribute 'numpy'")),
    ("len(model.output)", TypeError("Keras symbolic inputs/outputs do not implement `__len__`. You may")),
    ("np.log(x)", TypeError("Cannot convert a symbolic Keras input/output to a numpy array. This")),
    ("fit(x)", NotImplementedError("Cannot convert a symbolic tf.Tensor (loss/sub:0) to a numpy array.")),
]


@pytest.mark.parametrize("cell, exception", MESSAGES)
def test_messages_of_tensorflow_and_keras_are_known(cell, exception):
    problem = failed("tensorflow==2.16.2", cell, exception)[0]
    assert problem.rule == "KA304" and problem.fixes


def test_the_tensor_goes_into_the_lambda_wherever_it_stands():
    tensor = type("KerasTensor", (), {"__module__": "keras.src.backend.common.keras_tensor"})()
    says = TypeError(
        "Could not build a TypeSpec for <KerasTensor shape=(None, 6)> of unsupported type <class 'KerasTensor'>"
    )
    cell = "import tensorflow as tf\ny = tf.map_fn(lambda row: row * 2, x)"
    (problem,) = failed(KERAS_3, cell, says, {"x": tensor})
    works = "y = tf.keras.layers.Lambda(lambda inputs: tf.map_fn(lambda row: row * 2, inputs))(x)"
    assert problem.fixes[0].source.endswith(works)

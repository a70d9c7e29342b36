"""KA304: tensor without a value."""

from __future__ import annotations

import pytest
from checked import failed

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

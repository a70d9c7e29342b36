"""KA306: object of another Keras."""

from __future__ import annotations

import pytest
from checked import failed

MESSAGES = [
    ("m.add(Dense)", TypeError("The added layer must be an instance of class Layer. Found: <class 'a.Dense'>")),
    ("Dense(2, x)", TypeError("Could not interpret activation function identifier: Tensor(...)")),
]


@pytest.mark.parametrize("cell, exception", MESSAGES)
def test_messages_of_tensorflow_and_keras_are_known(cell, exception):
    problem = failed("tensorflow==2.16.2", cell, exception)[0]
    assert problem.rule == "KA306" and problem.fixes

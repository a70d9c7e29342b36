"""KA306: object of another Keras."""

from __future__ import annotations

import types

import pytest
from checked import BOTH, failed

MESSAGES = [
    ("m.add(Dense)", TypeError("The added layer must be an instance of class Layer. Found: <class 'a.Dense'>")),
    ("Dense(2, x)", TypeError("Could not interpret activation function identifier: Tensor(...)")),
]


@pytest.mark.parametrize("cell, exception", MESSAGES)
def test_messages_of_tensorflow_and_keras_are_known(cell, exception):
    problem = failed("tensorflow==2.16.2", cell, exception)[0]
    assert problem.rule == "KA306" and problem.fixes


CLASSES = {
    "keras": type("Layer", (), {"__module__": "keras.src.layers.layer"}),
    "tf_keras": type("Layer", (), {"__module__": "tf_keras.src.engine.base_layer"}),
}


@pytest.mark.parametrize(
    ("given", "works_with", "told"),
    [("keras", "tf_keras", ["KA306"]), ("tf_keras", "tf_keras", []), ("keras", "keras", [])],
)
def test_a_package_that_works_with_another_keras_refuses_a_model(given, works_with, told):
    inside = {"__name__": "tfmot.core.quantize", "keras": types.ModuleType(works_with), "model": CLASSES[given]()}
    path = "/x/site-packages/tfmot/core/quantize.py"
    exec(compile("def quantize(model):\n    raise ValueError('can only be a keras Sequential')", path, "exec"), inside)
    try:
        inside["quantize"](inside["model"])
    except ValueError as error:
        found = failed(BOTH, "quantize(model)", error)
    assert [problem.rule for problem in found] == told

"""KA373: Sequential in tf2onnx."""

from __future__ import annotations

import sys
import types

import pytest
from refusals import rules, told

KERAS_3 = "tensorflow==2.21.0"


def converter(error=None):
    held = {"__name__": "tf2onnx.convert", "error": error or KeyError("keras_tensor_1")}
    exec("def from_keras(model, opset=None):\n    raise error", held)
    return types.SimpleNamespace(from_keras=held["from_keras"])


def of(name):
    layer = type("Layer", (), {"__module__": "keras.src.layers"})
    return type(name, (layer,), {"__module__": "keras.src.models"})()


@pytest.mark.parametrize(
    ("cell", "edited"),
    [
        ("import keras\nx.from_keras(net, opset=18)", "x.from_keras(keras.Model(net.inputs, net.outputs), opset=18)"),
        ("x.from_keras(net)", "from tensorflow.keras import Model\nx.from_keras(Model(net.inputs, net.outputs))"),
    ],
)
def test_the_same_layers_as_a_functional_model(cell, edited, monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", types.ModuleType("keras"))
    (problem,) = told(cell, KERAS_3, x=converter(), net=of("Sequential"))
    assert problem.rule == "KA373" and problem.fixes[0].verified
    assert edited in problem.fixes[0].source


def test_what_is_no_name_is_told_in_words():
    (problem,) = told("x.from_keras(nets[0])", KERAS_3, x=converter(), nets=[of("Sequential")])
    assert [fix.kind for fix in problem.fixes] == ["manual"]


@pytest.mark.parametrize(
    ("model", "error", "target"),
    [
        ("Functional", KeyError("keras_tensor_1"), KERAS_3),
        ("Sequential", ValueError("no"), KERAS_3),
        ("Sequential", KeyError("x"), "tensorflow==2.15.1"),
    ],
)
def test_what_fails_otherwise_is_not_this(model, error, target):
    assert "KA373" not in rules("x.from_keras(net)", target, x=converter(error), net=of(model))

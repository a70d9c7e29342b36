"""KA201: methods of models that are gone, and what does the same."""

from __future__ import annotations

import pytest
from checked import edited

TARGET = "tensorflow==2.16.2"
START = "from keras.layers import Activation, Dense\nfrom keras.models import Sequential\nmodel = Sequential()\n"
EITHER = "(lambda p: p.argmax(axis=-1) if p.shape[-1] > 1 else (p > 0.5).astype('int32'))(model.predict(x))"


@pytest.mark.parametrize(
    ("built", "works"),
    [
        (
            "model.add(Dense(8))\nmodel.add(Dense(1))\nmodel.add(Activation('sigmoid'))",
            "(model.predict(x) > 0.5).astype('int32')",
        ),
        ("model.add(Dense(1))\nmodel.add(Dense(10, activation='softmax'))", EITHER),  # one of two may be the last
        ("model.add(Dense(10, activation='softmax'))", "model.predict(x).argmax(axis=-1)"),
        ("model.add(Dense(n))\nmodel.compile('adam', 'categorical_crossentropy')", "model.predict(x).argmax(axis=-1)"),
        ("model.add(Dense(n))\nmodel.compile('adam', 'binary_crossentropy')", EITHER),
        ("other.add(Dense(10))", EITHER),
    ],
)
def test_classes_by_what_the_program_tells_of_the_last_layer(built, works):
    cell = f"{START}{built}\ny = model.predict_classes(x)"
    assert edited(TARGET, cell, "KA201") == ("verified", f"{START}{built}\ny = {works}")


@pytest.mark.parametrize(
    ("line", "works"),
    [
        (
            "    model.reset_states()",
            "    for layer in model.layers:\n        if getattr(layer, 'stateful', False):\n"
            "            layer.reset_state()",
        ),
        (
            "    f = lambda: model.reset_states()",
            "    f = lambda: [layer.reset_state() for layer in model.layers if getattr(layer, 'stateful', False)]",
        ),
        (
            "    layer = 1; model.reset_states()",
            "    layer = 1; [stateful_layer.reset_state() for stateful_layer in model.layers "
            "if getattr(stateful_layer, 'stateful', False)]",
        ),
    ],
)
def test_the_states_of_each_stateful_layer(line, works):
    assert edited(TARGET, f"{START}if True:\n{line}", "KA201") == ("verified", f"{START}if True:\n{works}")

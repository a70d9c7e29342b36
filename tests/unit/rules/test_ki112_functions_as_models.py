"""KI112: K.function of a model's tensors."""

from __future__ import annotations

import pytest
from checked import edited

TARGET = "tensorflow==2.16.2"
START = "import keras\nfrom keras import backend as K\n"


@pytest.mark.parametrize(
    ("call", "works"),
    [
        ("K.function([a], [b, c])", "keras.Model([a], [b, c]).predict_on_batch"),
        (
            "K.function([a, d], [b])",
            "(lambda model: lambda arrays: [model.predict_on_batch(arrays)])(keras.Model([a, d], [b]))",
        ),
    ],
)
def test_it_gives_a_list_as_the_function_did(call, works):
    assert edited(TARGET, f"{START}f = {call}", "KI112") == ("verified", f"{START}f = {works}")


@pytest.mark.parametrize(
    "call",
    [
        "K.function([a, K.learning_phase()], [b])",
        "K.function([a], outputs)",
        "K.function([a], [*outputs])",
        "K.function([a], [b], updates=u)",
        "K.function([a], [K.gradients(b, a)[0]])",
    ],
)
def test_what_a_model_cannot_do_is_only_advised(call):
    assert edited(TARGET, f"{START}f = {call}", "KI112") == (None, None)

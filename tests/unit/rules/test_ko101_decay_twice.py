"""KO101: weight decay twice."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from checked import KERAS_3, told
from optimizers import look

from kerasmagic.rules.optimizers import ko101_decay_twice


@pytest.mark.parametrize(
    ("decay", "penalty", "expected"),
    [
        pytest.param(0.01, SimpleNamespace(l2=0.1), ["warning"], id="both"),
        pytest.param(0.01, None, [], id="weight_decay alone"),
        pytest.param(None, SimpleNamespace(l2=0.1), [], id="regularizer alone"),
        pytest.param(0.01, SimpleNamespace(l1=0.1, l2=0.0), [], id="an L1 penalty is not decay"),
    ],
)
def test_decay_twice(decay: Any, penalty: Any, expected: list[str]) -> None:
    model = SimpleNamespace(layers=[SimpleNamespace(name="dense", kernel_regularizer=penalty)])
    assert look(ko101_decay_twice, SimpleNamespace(weight_decay=decay), model) == expected


def test_weights_that_decay_twice():
    cell = (
        "from tensorflow import keras\n"
        "model = keras.Sequential([keras.layers.Dense(3, kernel_regularizer={})])\n"
        "model.compile(keras.optimizers.AdamW(weight_decay={}), 'mse')"
    )
    assert told(KERAS_3, cell.format("'l2'", "1e-4")) == [("KO101", "warning")]
    assert told(KERAS_3, cell.format("keras.regularizers.L2(0.1)", "1e-4")) == [("KO101", "warning")]
    assert told(KERAS_3, cell.format("'l1'", "1e-4")) == told(KERAS_3, cell.format("'l2'", "0.0")) == []

"""KI112: keras.backend.get_value and set_value, which Keras 3 does not have."""

from __future__ import annotations

import pytest
from checked import KERAS_2, KERAS_3, problems

START = "import keras\nmodel = keras.Sequential()\nmodel.compile('adam', 'mse')\n"


@pytest.mark.parametrize("line", ["keras.backend.epsilon()", "model.optimizer.learning_rate.assign(0.1)"])
def test_what_is_there_is_not_told(line):
    assert problems(KERAS_3, START + line) == []


def test_keras_2_has_both():
    assert problems(KERAS_2, START + "keras.backend.set_value(model.optimizer.learning_rate, 0.1)") == []


@pytest.mark.parametrize(
    ("line", "new"),
    [
        ("keras.backend.set_value(model.optimizer.lr, 0.1)", "model.optimizer.learning_rate.assign(0.1)"),
        (
            "keras.backend.set_value(model.optimizer.learning_rate, x + 1)",
            "model.optimizer.learning_rate.assign(x + 1)",
        ),
        ("rate = keras.backend.get_value(model.optimizer.lr)", "rate = model.optimizer.learning_rate.numpy()"),
    ],
)
def test_the_variable_is_asked_itself(line, new):
    found = problems(KERAS_3, START + line)[0]
    assert found.rule == "KI112"
    assert any((fix.source or "").endswith(new) for fix in found.fixes)

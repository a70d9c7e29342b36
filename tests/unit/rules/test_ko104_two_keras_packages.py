"""KO104: two Keras packages in one model."""

from __future__ import annotations

import pytest
from checked import BOTH, KERAS_2, KERAS_3, told
from optimizers import NEW, look, stand_in

from kerasmagic.rules.optimizers import ko104_two_keras_packages

TWO = "from tensorflow import keras\nfrom {} import layers, optimizers\n"


def test_keras_2_takes_layers_of_the_copy_inside_tensorflow():
    cell = (
        "from tensorflow import keras\nfrom tensorflow.python.keras.layers import Dense\nkeras.Sequential([Dense(1)])"
    )
    assert ("KO104", "error") not in told(KERAS_2, cell)
    assert ("KO104", "error") in told(KERAS_3, cell)


def test_two_keras_packages() -> None:
    ours = stand_in("Dense", "keras.src.layers", name="dense")
    theirs = stand_in("Dense", "tf_keras.src.layers", name="dense")
    adam = stand_in("Adam", "keras.src.optimizers.adam", NEW)
    assert look(ko104_two_keras_packages, adam, stand_in("Model", "keras.src", layers=[ours])) == []
    assert look(ko104_two_keras_packages, adam, stand_in("Model", "keras.src", layers=[ours, theirs])) == ["error"]
    assert look(ko104_two_keras_packages, adam) == []


@pytest.mark.parametrize(
    ("package", "target", "raises"),
    [
        ("keras", KERAS_2, False),
        ("keras", KERAS_3, False),
        ("tf_keras", BOTH, True),
        ("keras", BOTH + ",legacy", True),
        ("tf_keras", BOTH + ",legacy", False),
        ("tensorflow.keras", BOTH, False),
    ],
)
def test_a_layer_or_an_optimizer_of_another_keras(package, target, raises):
    expected = [("KO104", "error")] if raises else []
    start = TWO.format(package)
    assert told(target, start + "keras.Sequential([layers.Dense(1)])") == expected
    assert told(target, start + "model = keras.Sequential()", "model.add(layers.Dense(1))") == expected
    assert told(target, start + "keras.Sequential().compile(optimizers.Adam(), 'mse')") == expected
    assert told(target, start + "keras.layers.Bidirectional(layers.LSTM(2))") == expected

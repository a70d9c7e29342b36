"""KA310: weights given to a layer."""

from __future__ import annotations

import pytest
from checked import edited, told

TARGET = "tensorflow==2.16.2"
START = "import keras\nfrom keras.layers import BatchNormalization, Conv2D, Dense, Embedding, LSTM\n"
CONSTANT = "keras.initializers.Constant"


@pytest.mark.parametrize("line", ["Dense(2)", "layer.set_weights(weights)", "Dense(2, **{'weights': w})"])
def test_what_is_no_such_argument(line):
    assert told(TARGET, START + line) == []


def test_where_the_release_takes_it():
    assert told("tensorflow==2.15.1", "from tensorflow.keras.layers import Dense\nDense(2, weights=[a, b])") == []


@pytest.mark.parametrize(
    ("line", "works"),
    [
        (
            "Dense(2, weights=[w, b], name='out')",
            f"Dense(2, kernel_initializer={CONSTANT}(w), bias_initializer={CONSTANT}(b), name='out')",
        ),
        ("Dense(2, use_bias=False, weights=[w])", f"Dense(2, use_bias=False, kernel_initializer={CONSTANT}(w))"),
        (
            "Conv2D(2, 3, weights=both)",
            f"Conv2D(2, 3, kernel_initializer={CONSTANT}(both[0]), bias_initializer={CONSTANT}(both[1]))",
        ),
        (
            "BatchNormalization(weights=[g, b])",
            f"BatchNormalization(gamma_initializer={CONSTANT}(g), beta_initializer={CONSTANT}(b))",
        ),
    ],
)
def test_each_array_goes_to_its_initializer(line, works):
    assert edited(TARGET, START + line, "KA310") == ("verified", START + works)


@pytest.mark.parametrize(
    "line",
    [
        "LSTM(2, weights=[a, b, c])",  # it adds ones to a part of its bias
        "Dense(2, weights=[*both])",
        "Dense(2, use_bias=flag, weights=both)",
        "Dense(2, weights=load())",
        "Dense(2, kernel_initializer='zeros', weights=[w])",
    ],
)
def test_what_is_not_certain_is_only_advised(line):
    assert edited(TARGET, START + line, "KA310") == (None, None)


def test_no_weights_are_left_out():
    start = "from keras.layers import BatchNormalization\n"
    assert edited("tensorflow==2.16.2", start + "BatchNormalization(axis=-1, weights=None)", "KA310") == (
        "verified",
        start + "BatchNormalization(axis=-1)",
    )


def test_what_it_wrote_into_a_call_of_keras_1_does_not_hide_the_rest():
    imports = "import keras\nfrom keras.layers import Convolution2D\n"
    line = f"Convolution2D(8, 3, 3, border_mode='same', kernel_initializer={CONSTANT}(w), dim_ordering='th')"
    works = f"Convolution2D(8, (3, 3), padding='same', kernel_initializer={CONSTANT}(w), data_format='channels_first')"
    assert edited(TARGET, imports + line, "KA101") == ("verified", imports + works)

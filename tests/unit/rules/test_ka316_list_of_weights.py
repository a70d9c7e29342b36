"""KA316: list of a layer's weights."""

from __future__ import annotations

import pytest
from checked import edited, told

TARGET = "tensorflow==2.16.2"
START = "import keras\nfrom tensorflow.keras import backend as K\nclass Own(keras.layers.Layer):\n"
BUILD = (
    START
    + "    def __init__(self):\n        super().__init__()\n        self.init = keras.initializers.get('normal')\n"
    "    def build(self, shape):\n"
)


@pytest.mark.parametrize(
    ("target", "cell"),
    [
        (TARGET, BUILD + "        self.w = self.add_weight(shape=shape)\n"),
        (TARGET, START + "    def weights_of(self):\n        return self.trainable_weights\n"),
        ("tensorflow==2.10.1", BUILD + "        self.trainable_weights = [self.w]\n"),
    ],
)
def test_a_layer_that_keras_sees_through(target, cell):
    assert told(target, cell) == []


@pytest.mark.parametrize(
    ("made", "works"),
    [
        (
            "self.w = self.init((shape[1], 3), name='{}_W'.format(self.name))",
            "self.w = self.add_weight(shape=(shape[1], 3), initializer=self.init, name='{}_W'.format(self.name))",
        ),
        ("self.w = K.zeros((3,))", 'self.w = self.add_weight(shape=(3,), initializer="zeros")'),
        ("self.w = K.variable(start, name='w')", "self.w = keras.Variable(start, dtype=K.floatx(), name='w')"),
        ("self.w = self.add_weight(shape=shape, name='w')", "self.w = self.add_weight(shape=shape, name='w')"),
    ],
)
def test_each_weight_is_made_so_that_the_layer_sees_it(made, works):
    end = "        super().build(shape)\n"
    cell = f"{BUILD}        {made}\n        self.trainable_weights = [self.w]\n{end}"
    assert edited(TARGET, cell, "KA316") == ("verified", f"{BUILD}        {works}\n{end}")


def test_a_function_that_is_no_initializer_is_left_to_a_person():
    cell = f"{BUILD}        self.w = self.own(3)\n        self.trainable_weights = [self.w]\n"
    assert edited(TARGET, cell, "KA316") == (None, None)


@pytest.mark.parametrize("value", ["[self.w]", "[self.w, self.other]", "weights"])
def test_a_weight_that_is_made_otherwise_is_only_advised(value):
    cell = f"{BUILD}        self.w = anything(3)\n        self.trainable_weights = {value}\n"
    assert edited(TARGET, cell, "KA316") == (None, None)

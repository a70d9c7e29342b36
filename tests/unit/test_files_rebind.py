"""Imports that are edited for the sake of many uses."""

from __future__ import annotations

import pytest

from kerasmagic.files.document import Passage
from kerasmagic.files.rebind import rebound
from kerasmagic.files.targets import world

KERAS_3, KERAS_2 = world("tensorflow==2.16.2"), world("tensorflow==2.15.1")


def changed(*cells, here=KERAS_3):
    return rebound([Passage(number, text) for number, text in enumerate(cells, 1)], here)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import keras.backend as K", "import tensorflow.keras.backend as K"),
        ("from keras import backend as K  # maths", "from tensorflow.keras import backend as K  # maths"),
    ],
)
def test_a_module_that_has_all_takes_the_place_of_one_that_has_little(before, after):
    assert changed(before, "K.mean(K.square([1]), K.epsilon())") == {1: after}
    assert changed(before, "K.epsilon()", "K.mean([1])") == {1: after}


def test_a_program_for_tensorflow_1_gets_its_graphs():
    cells = ["import tensorflow as tf\n", "x = tf.placeholder(tf.float32)\nwith tf.Session() as s: s.run(x)"]
    assert changed(*cells) == {1: "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"}


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(["import tensorflow as tf", "tf.log(1)\ntf.random_normal([1])"], id="no module has both"),
        pytest.param(
            ["import tensorflow as tf", "tf.placeholder(1)\ntf.ones(1)\ntf.keras.Model"], id="graphs and Keras"
        ),
        pytest.param(["import keras.backend as K", "K.epsilon()"], id="nothing is missing"),
        pytest.param(["K.mean(1); K.square(1)"], id="nothing is imported"),
        pytest.param(["import tensorflow as tf, os", "tf.placeholder(1)"], id="a line that imports other things, too"),
    ],
)
def test_other_imports_stay(cells):
    assert changed(*cells) == {}


def test_nothing_changes_where_nothing_is_missing():
    assert changed("import keras.backend as K", "K.mean(K.square([1]))", here=KERAS_2) == {}

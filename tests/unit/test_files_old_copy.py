"""A program of tensorflow.python.keras is taken to tf.keras as a whole, or not at all."""

from __future__ import annotations

import pytest

from kerasmagic.files.document import Passage
from kerasmagic.files.old_copy import without_old_copy
from kerasmagic.files.targets import world

HERE = world("tensorflow==2.20.0")
MODELS = "from tensorflow.python.keras.models import Sequential"
RESNET = "from tensorflow.python.keras.applications import ResNet50"


def changed(*cells):
    return without_old_copy([Passage(number, text) for number, text in enumerate(cells, 1)], HERE)


@pytest.mark.parametrize(
    "cells",
    [
        (MODELS, "model = Sequential()"),
        ("from keras.applications import ResNet50",),
        (f"try:\n    {RESNET}\nexcept ImportError:\n    pass", MODELS),
        ("from tensorflow.python.framework import nothing", MODELS),
    ],
)
def test_what_lacks_nothing_stays(cells):
    assert changed(*cells) == {}


def test_where_one_name_is_missing_all_are_taken_from_the_real_one():
    assert changed(MODELS, f"import os\n{RESNET}  # big", "from tensorflow.python import keras") == {
        1: "from tensorflow.keras.models import Sequential",
        2: "import os\nfrom tensorflow.keras.applications import ResNet50  # big",
        3: "from tensorflow import keras",
    }


def test_what_is_asked_of_a_module_counts_too():
    cells = ("import tensorflow.python.keras as keras", "keras.utils.to_categorical([1])")
    assert changed(*cells) == {1: "import tensorflow.keras as keras"}

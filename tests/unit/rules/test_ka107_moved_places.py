"""Calls that are taken and mean something else, and calls of Keras 1 that are translated as a whole."""

from __future__ import annotations

import pytest

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell
from kerasmagic.rules import RULES

WORLD = TargetWorld(Target.parse("colab"), RULES)
SETUP = (
    "import keras\nimport tensorflow as tf\nfrom keras.layers import Conv2D, Convolution2D, Convolution3D\n"
    "from keras.layers import Conv2DTranspose as Deconvolution2D\nfrom keras.callbacks import TensorBoard\n"
    "model = keras.Sequential()\n"
)

SILENT = [
    pytest.param("Conv2D(32, 3, 3)", id="Keras 2 has this class, too: strides of 3 may be meant"),
    pytest.param("Convolution2D(32, (3, 3))", id="one kernel"),
    pytest.param("Convolution2D(32, 3, 3, padding='same')", id="a keyword that Keras 1 did not have"),
    pytest.param("tf.keras.layers.Convolution2D(32, 3, 3)", id="tf.keras never was Keras 1"),
    pytest.param("TensorBoard('./logs', 0, True)", id="a value that is right here"),
    pytest.param("TensorBoard(folder, n, flag)", id="values that are not known"),
    pytest.param("model.compile('adam', 'mse', [0.5, 0.5])", id="numbers are weights of losses"),
]

EDITS = [
    pytest.param("Convolution2D(32, 3, 3)", "Convolution2D(32, (3, 3))", id="the class tells of Keras 1"),
    pytest.param("Convolution3D(8, 3, 3, 3)", "Convolution3D(8, (3, 3, 3))", id="three dimensions"),
    pytest.param("TensorBoard('./logs', 0, 32)", "TensorBoard('./logs', 0)", id="32 is no answer to yes or no"),
    pytest.param(
        "model.compile('adam', 'mse', ['accuracy'])",
        "model.compile('adam', 'mse', metrics=['accuracy'])",
        id="metrics stand where loss_weights do now",
    ),
    pytest.param(
        "Convolution2D(n, k, k, border_mode='same')",
        "Convolution2D(n, (k, k), padding='same')",
        id="variables and an old keyword",
    ),
    pytest.param(
        "Convolution2D(32, 3, 3, subsample=(2, 2), dim_ordering='th')",
        "Convolution2D(32, (3, 3), strides=(2, 2), data_format='channels_first')",
        id="strides and the order of dimensions",
    ),
    pytest.param(
        "Conv2D(nb_filter=3, nb_col=4, nb_row=5)", "Conv2D(filters=3, kernel_size=(5, 4))", id="rows before columns"
    ),
    pytest.param(
        "keras.layers.BatchNormalization(mode=0)", "keras.layers.BatchNormalization()", id="it was the default"
    ),
    pytest.param("Conv2D(8, 3, border_mode='same')", "Conv2D(8, 3, padding='same')", id="only a keyword is old"),
]


@pytest.mark.parametrize("line", SILENT)
def test_nothing_is_said_where_the_call_does_not_tell(line: str) -> None:
    assert check_cell(SETUP + line, WORLD) == []


@pytest.mark.parametrize("line, new", EDITS)
def test_the_call_is_written_with_its_old_meaning(line: str, new: str) -> None:
    text = SETUP + line
    for _ in range(3):  # a keyword at a time, where only keywords are old
        verified = [fix.source for problem in check_cell(text, WORLD) for fix in problem.fixes if fix.verified]
        text = verified[0] if verified else text
    assert text == SETUP + new


def test_an_edit_that_loses_something_says_so_and_is_not_verified() -> None:
    (problem,) = check_cell(SETUP + "Deconvolution2D(64, 2, 2, shape, subsample=steps)", WORLD)
    fix = problem.fixes[0]
    assert fix.replacement == "Deconvolution2D(64, (2, 2), strides=steps)"
    assert fix.verified is None and "shape of the output" in fix.differs


def test_a_call_that_mixes_two_releases_is_not_rewritten_for_certain() -> None:
    (problem,) = check_cell(SETUP + "Conv2D(8, 3, 3, border_mode='same', kernel_initializer='zeros')", WORLD)
    assert not any(fix.verified for fix in problem.fixes)


def test_said_to_be_from_keras_1_the_same_call_is_clear() -> None:
    origin = TargetWorld(Target.parse("keras==1.2.2"), RULES)
    world = TargetWorld(Target.parse("colab"), RULES, origin)
    (problem,) = check_cell("from keras.layers import Conv2D\nConv2D(32, 3, 3)", world)
    assert problem.fixes[0].replacement == "Conv2D(32, (3, 3))" and problem.fixes[0].verified

"""The output_shape of Keras 1's Deconvolution2D, as output_padding; the numbers give what TensorFlow 2.20 computes."""

from __future__ import annotations

import pytest
from checked import edited

from kerasmagic.diagnosis.repair.transposed import output_padding

LAST = "Its sizes are taken from an output_shape that has the channels last."


def padding(shape, kernel, subsample="(2, 2)", border="'valid'", **more):
    given = {"nb_row": str(kernel), "nb_col": str(kernel), "output_shape": shape, "border_mode": border, **more}
    return output_padding({**given, "subsample": subsample} if subsample else given)


@pytest.mark.parametrize(
    ("shape", "kernel", "subsample", "border"),
    [
        ("shape", 3, "(2, 2)", "'same'"),
        ("shape", 3, "strides", "'valid'"),
        ("(None, h, w, 3)", 3, "(2, 2)", "'same'"),
        ("(None, 28, 27, 3)", 2, "(2, 2)", "'same'"),
        ("(None, 28, 28, 3)", 3, "(2, 2)", "border"),
        ("(None, 28, 28)", 3, "(2, 2)", "'valid'"),
    ],
)
def test_what_is_not_known_is_not_counted(shape, kernel, subsample, border):
    assert padding(shape, kernel, subsample, border) is None


def test_nor_with_the_channels_first():
    assert padding("(None, 3, 28, 28)", 3, dim_ordering="'th'") is None


@pytest.mark.parametrize(
    ("shape", "kernel", "subsample", "border"),
    [
        ("shape", 3, "(1, 1)", "'same'"),
        ("shape", 3, "", "'valid'"),
        ("(None, 28, 28, 3)", 3, "(2, 2)", "'same'"),
        ("(None, 29, 31, 3)", 3, "(2, 2)", "'valid'"),
    ],
)
def test_the_size_that_follows_by_itself_needs_nothing(shape, kernel, subsample, border):
    assert padding(shape, kernel, subsample, border) == ("", "")


@pytest.mark.parametrize(
    ("shape", "kernel", "border", "text"),
    [
        ("(None, 29, 29, 3)", 2, "'valid'", "(1, 1)"),
        ("(None, 29, 30, 3)", 3, "'valid'", "(0, 1)"),
        ("(None, 27, 27, 3)", 3, "'same'", "(0, 0)"),
        ("(None, 28, 27, 3)", 3, "'same'", "(1, 0)"),
        ("(None, 27, 27, 3)", 4, "'same'", "(1, 1)"),
    ],
)
def test_a_size_that_does_not_is_padded(shape, kernel, border, text):
    assert padding(shape, kernel, border=border) == (text, LAST)
    assert padding(shape, kernel, border=border, dim_ordering="'tf'") == (text, "")


def test_a_kernel_that_is_smaller_than_the_stride_leaves_gaps_that_keras_3_would_fill():
    assert padding("(None, 5, 5, 1)", 2, "(3, 3)") == ("(0, 0)", LAST)


def test_a_shape_in_a_variable_is_counted_when_the_program_runs():
    text, said = padding("shape", "k")
    assert eval(text, {"shape": (None, 29, 30, 8), "k": 2}) == (1, 0)
    assert said == LAST


@pytest.mark.parametrize(
    ("call", "grade", "works"),
    [
        ("3, 3, s, border_mode='same')", "verified", "(3, 3), padding='same')"),
        ("2, 2, (None, 28, 28, 8), subsample=(2, 2))", "verified", "(2, 2), strides=(2, 2))"),
        (
            "2, 2, (None, 29, 29, 8), subsample=(2, 2))",
            "check the result",
            "(2, 2), output_padding=(1, 1), strides=(2, 2))",
        ),
    ],
)
def test_the_call_is_written_so(call, grade, works):
    start = "from keras.layers import Conv2DTranspose as Deconvolution2D\nx = Deconvolution2D(8, "
    found = edited("tensorflow==2.20.0,keras==3.13.2", start + call, "KA101")
    assert found == (grade, start + works)

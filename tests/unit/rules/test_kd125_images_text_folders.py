"""KD125: images, sequences, folders."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

REFUSED = [
    (
        ValueError(
            "Unrecognized data type: x=<keras.src.legacy.preprocessing.image.ImageDataGenerator object at 0x7f>"
        ),
        "generator.flow(x, y",
    ),
    (ValueError('Please specify the "origin" argument (URL of the file to download).'), "origin="),
    (
        ValueError(
            "`decode_predictions` expects a batch of predictions (i.e. a 2D array of shape (samples, 1000)). "
            "Received array with shape: (1, 2)"
        ),
        "names[numpy.argmax",
    ),
    (ValueError("Expected image array to have rank 3 (single image). Got array with shape: (1, 8, 8, 3)"), "images[0]"),
    (ValueError("Unsupported channel number: 5"), "numpy.moveaxis"),
    (
        ValueError("Input data in `NumpyArrayIterator` should have rank 4. You passed an array with shape (8, 28, 28)"),
        "x[..., None]",
    ),
    (TypeError('If class_mode="binary", y_col="label" column values must be strings.'), "df[label].astype(str)"),
    (ValueError('If class_mode="binary" there must be 2 classes. Found 5 classes.'), "class_mode='categorical'"),
    (ValueError("No images found in directory data/train. Allowed formats: ('.bmp', '.gif')"), "os.listdir"),
    (
        ValueError(
            "If using `validation_split` and shuffling the data, you must provide a `seed` argument, to make sure"
        ),
        "the same seed",
    ),
    (ValueError("`sequences` must be a list of iterables. Found non-iterable: 1"), "pad_sequences([sequence])"),
    (ValueError('Padding type "right" not understood'), "'post'"),
    (
        ValueError(
            "`start_index+length=20 > end_index=9` is disallowed, as no part of the sequence would be left to be used"
        ),
        "smaller length=",
    ),
]


@pytest.mark.parametrize("says", [ValueError("A list has no end"), TypeError("It is not known")])
def test_other_errors_are_not_told(says):
    assert "KD125" not in rules("f(1)", f=refused(says))


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise says", says=REFUSED[0][0]) == []


@pytest.mark.parametrize("says, advice", REFUSED)
def test_it_is_told_what_to_do(says, advice):
    (problem,) = told("f(1)", f=refused(says))
    assert problem.rule == "KD125"
    assert advice in problem.fixes[0].title

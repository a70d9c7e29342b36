"""KD125: images, sequences, folders."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from refusals import model, refused, rules, told

REFUSED = [
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


def images():
    """An ImageDataGenerator, and what its flow gives."""
    generator = type("ImageDataGenerator", (), {"__module__": "keras.src.legacy.preprocessing.image"})()
    return generator, type("NumpyArrayIterator", (), {"__module__": generator.__module__})


UNKNOWN = ValueError("Failed to find data adapter that can handle input: <class 'ImageDataGenerator'>")


def test_the_iterator_takes_the_place_of_the_generator():
    datagen, flow = images()
    train, valid = flow(), flow()
    train.image_data_generator = valid.image_data_generator = datagen
    cell = "model.fit(datagen, validation_data=datagen)"
    problem = told(cell, model=model(UNKNOWN), datagen=datagen, train_it=train, val_it=valid)[0]
    assert problem.title == "datagen is the ImageDataGenerator itself, and fit takes what its flow makes"
    assert problem.fixes[0].source == "model.fit(train_it, validation_data=val_it)"


def test_without_an_iterator_the_calls_are_told():
    datagen, flow = images()
    problem = told("model.fit(datagen)", model=model(UNKNOWN), datagen=datagen, other=flow())[0]
    assert "datagen.flow(x, y, batch_size=32)" in problem.fixes[0].title


class Column:
    dtype = "int64"

    def __init__(self, *values):
        self.values = values

    def isna(self):
        return self

    def any(self):
        return None in self.values


class DataFrame:
    """Has what the rule asks of pandas' own."""

    columns = ("id", "label")

    def __getitem__(self, name):
        return Column(1, 2)


DataFrame.__module__ = "pandas"


@pytest.mark.parametrize("given", ["df", "dataframe=df"])
def test_the_column_becomes_text_before_it_is_used(given):
    says = TypeError('If class_mode="binary", y_col="label" column values must be strings.')
    frame, cell = DataFrame(), f"it = datagen.flow_from_dataframe({given}, y_col='label')"
    datagen = SimpleNamespace(flow_from_dataframe=refused(says))
    problem = told(cell, datagen=datagen, df=frame)[0]
    assert problem.title == ("flow_from_dataframe takes the names of classes, and the column 'label' of df holds int64")
    assert problem.fixes[0].source == f"df['label'] = df['label'].astype(str)\n{cell}"

"""KA301: key of the training history."""

from __future__ import annotations

import pytest
from checked import failed
from refusals import told

KERAS_3 = "tensorflow==2.16.2,keras==3.15.1"


@pytest.mark.parametrize(
    "cell",
    ["table['acc']", "{'loss': 1}['rate']", "None > 0.9", "table.get('acc') > 0.9", "logs['val_size']"],
)
def test_other_dictionaries_have_keys_of_their_own(cell):
    assert told(cell, table={"rate": 3}, logs={"loss": 1}) == []


def test_the_key_of_a_history():
    (problem,) = failed(KERAS_3, "plot(h.history['acc'], h.history['loss'])", KeyError("acc"))
    assert problem.fixes[0].source == "plot(h.history['accuracy'], h.history['loss'])"


@pytest.mark.parametrize(
    "cell, corrected",
    [
        ("if logs.get('acc') > 0.9:\n    stop()", "if logs.get('accuracy') > 0.9:\n    stop()"),
        ("accs = [logs['acc'], logs['val_acc']]", "accs = [logs['accuracy'], logs['val_accuracy']]"),
    ],
)
def test_what_a_callback_is_given(cell, corrected):
    (problem,) = told(cell, logs={"loss": 0.1, "accuracy": 0.5, "val_accuracy": 0.4})
    assert problem.title == "logs has no 'acc'"
    assert problem.fixes[0].source == corrected


def test_without_validation_data_there_are_no_values_for_it():
    (problem,) = told("last = logs['val_acc']", logs={"loss": 0.1, "accuracy": 0.5})
    assert problem.title == "logs has no 'val_acc', because fit had no validation data"
    assert "validation_split" in problem.fixes[0].title

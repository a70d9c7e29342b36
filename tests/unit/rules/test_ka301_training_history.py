"""KA301: key of the training history."""

from __future__ import annotations

import numpy as np
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


class DataFrame:
    """Has as many columns as pandas' own needs to have here."""

    def __init__(self, *columns):
        self.columns = columns


DataFrame.__module__ = "pandas"
COLUMNS = KeyError("None of [Index(['acc', 'val_acc'], dtype='object')] are in the [columns]")


def of_a_table(cell, error, *columns):
    return failed(KERAS_3, cell, error, {"df": DataFrame(*columns), "h": {"loss": [1], "accuracy": [1]}})


@pytest.mark.parametrize(
    "cell, columns",
    [
        ("df['acc']", ("rate", "accuracy")),
        ("df[['acc', 'val_acc']].plot()", ("rate",)),
        ("df[['size']].plot()", ("loss", "accuracy")),
        ("df['acc']", ("loss", "acc")),
    ],
)
def test_a_table_that_is_no_history_or_has_no_such_column(cell, columns):
    assert of_a_table(cell, KeyError("acc"), *columns) == []


@pytest.mark.parametrize(
    "cell, corrected",
    [
        ("df['acc'].plot()", "df['accuracy'].plot()"),
        ("df[['acc', \"val_acc\"]].plot()", "df[['accuracy', \"val_accuracy\"]].plot()"),
        ("df.loc[:, ['loss', 'acc']].plot()", "df.loc[:, ['loss', 'accuracy']].plot()"),
        ("df[['loss', 'acc']].plot()\nnames['acc']", "df[['loss', 'accuracy']].plot()\nnames['acc']"),
    ],
)
def test_the_columns_of_a_table_of_the_history(cell, corrected):
    (problem,) = of_a_table(cell, COLUMNS, "loss", "accuracy", "val_accuracy")
    assert problem.fixes[0].source == corrected


def test_a_table_made_on_the_way():
    (problem,) = of_a_table("pd.DataFrame(h)[['acc']].plot()", COLUMNS)
    assert problem.fixes[0].source == "pd.DataFrame(h)[['accuracy']].plot()"


def test_columns_of_which_one_was_never_recorded_are_not_renamed_in_part():
    (problem,) = of_a_table("df[['acc', 'val_acc']].plot()", COLUMNS, "loss", "accuracy")
    assert "because fit had no validation data" in problem.title
    assert all(fix.source is None for fix in problem.fixes)


def test_the_rate_that_a_callback_set():
    (problem,) = told("rates = [logs['lr'], logs.get('lr')]", logs={"loss": 0.1, "learning_rate": 0.5})
    assert problem.title == "logs has no 'lr'"
    assert problem.fixes[0].source == "rates = [logs['learning_rate'], logs.get('learning_rate')]"


def test_a_rate_that_was_not_recorded():
    assert told("rate = logs['lr']", logs={"loss": 0.1}) == []


def test_a_metric_that_compile_did_not_get():
    cell = "def compile(**given): pass\ncompile(optimizer='adam', loss='mse')\nlast = logs['accuracy']"
    (problem,) = told(cell, logs={"loss": 0.1, "val_loss": 0.2})
    assert problem.title == "logs has no 'accuracy': the model was compiled without that metric"
    assert "compile(optimizer='adam', loss='mse', metrics=['accuracy'])" in problem.fixes[0].source
    (problem,) = told("last = logs['acc']", logs={"loss": 0.1})
    assert [fix.kind for fix in problem.fixes] == ["manual"]


@pytest.mark.parametrize(
    "given, why",
    [
        ("validation_split=0.2, epochs=2, validation_freq=5", "validation_freq=5, and there were 2 epochs"),
        ("validation_data=(xv, yv)", "xv is empty, of shape (0, 3)"),
        ("validation_data=batches()", "no batch of the validation data came"),
    ],
)
def test_validation_data_of_which_nothing_came(given, why):
    cell = f"def fit(*x, **y): pass\nfit(1, {given})\nlast = logs['val_loss']"
    empty = {"xv": np.zeros((0, 3)), "yv": np.zeros(0), "batches": list}
    (problem,) = told(cell, logs={"loss": 0.1}, **empty)
    assert problem.title == f"logs has no 'val_loss': {why}"


def test_the_training_of_an_earlier_cell_had_validation_data():
    earlier = ["", "h = model.fit(x, validation_data=(xv, xv))"]
    (problem,) = told("last = logs['val_loss']", logs={"loss": 0.1}, xv=np.zeros((0, 3)), In=earlier)
    assert problem.title == "logs has no 'val_loss': xv is empty, of shape (0, 3)"

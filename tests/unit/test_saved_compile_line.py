"""The call of compile that a file's settings tell."""

from __future__ import annotations

import pytest
from models import KERAS_2, KERAS_3, OLD, TF_KERAS, saved

from kerasmagic.saved.compile_line import compile_call
from kerasmagic.saved.config import metrics

ADAM = {"class_name": "Adam", "config": {"name": "adam", "learning_rate": 0.0010000000474974513, "amsgrad": False}}
OWN = {"dice": "dice"}


def wrapped(name, function):
    return {"class_name": "MeanMetricWrapper", "config": {"name": name, "dtype": "float32", "fn": function}}


def line(loader=KERAS_3, own=OWN, **settings):
    return compile_call(saved("h5", settings={"optimizer_config": ADAM, **settings}), loader, own)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"loss": "mse", "metrics": ["mae", "mse"]}, "loss='mse', metrics=['mae', 'mse']"),
        ({"loss": "dice", "metrics": ["dice", "accuracy"]}, "loss=dice, metrics=[dice, 'accuracy']"),
        (
            {"loss": "mse", "metrics": [[wrapped("mae", "mean_absolute_error"), wrapped("dice", "dice")]]},
            "loss='mse', metrics=['mae', dice]",
        ),
        (
            {"loss": "mse", "metrics": [[wrapped("accuracy", "categorical_accuracy")]]},
            "loss='mse', metrics=['accuracy']",
        ),
        ({"loss": {"a": "mse", "b": "dice"}, "metrics": None}, "loss={'a': 'mse', 'b': dice}"),
        ({"loss": ["mse", None], "loss_weights": [1.0, 0.5]}, "loss=['mse', None], loss_weights=[1.0, 0.5]"),
        (
            {"loss": {"class_name": "BinaryCrossentropy", "config": {"from_logits": True, "reduction": "auto"}}},
            "loss=keras.losses.BinaryCrossentropy(from_logits=True)",
        ),
        ({"loss": {"class_name": "function", "config": "dice", "module": "builtins"}}, "loss=dice"),
    ],
)
def test_losses_and_metrics_are_written_as_they_were_given(settings, told):
    assert line(**settings) == f"compile(optimizer='adam', {told})"


@pytest.mark.parametrize("loader", [KERAS_3, KERAS_2, TF_KERAS, OLD])
def test_an_optimizer_says_in_what_it_differs(loader):
    stored = {"class_name": "SGD", "config": {"name": "SGD", "learning_rate": 0.05000000074505806, "nesterov": False}}
    assert (
        line(loader, optimizer_config=stored) == f"compile(optimizer={loader.calls}.optimizers.SGD(learning_rate=0.05))"
    )


def test_decay_that_an_optimizer_lost_is_the_schedule_that_it_was():
    stored = {"class_name": "Adam", "config": {"learning_rate": 0.001, "decay": 1e-05}}
    schedule = (
        "keras.optimizers.schedules.InverseTimeDecay(initial_learning_rate=0.001, decay_steps=1, decay_rate=1e-05)"
    )
    assert line(optimizer_config=stored) == f"compile(optimizer=keras.optimizers.Adam(learning_rate={schedule}))"
    plain = {"class_name": "Adam", "config": {"learning_rate": 0.001, "decay": 0.0}}
    assert line(optimizer_config=plain) == "compile(optimizer='adam')"


def test_a_name_that_a_metric_was_given_stays():
    auc = {"class_name": "AUC", "config": {"name": "roc", "num_thresholds": 200}}
    assert "keras.metrics.AUC(name='roc')" in line(metrics=[auc])
    assert "keras.metrics.AUC()" in line(metrics=[{"class_name": "AUC", "config": {"name": "auc_3"}}])


def test_what_is_no_plain_value_is_not_guessed():
    assert line(loss={"class_name": "Unknown", "config": {}}) is None
    assert line(loss={"class_name": "Huber", "config": {"delta": {"class_name": "Deep", "config": {}}}}) is None
    assert compile_call(saved("h5"), KERAS_3, {}) is None


def test_the_metrics_of_a_file_are_named():
    given = {"metrics": [[wrapped("mae", "mean_absolute_error"), "acc"]], "weighted_metrics": {"a": "dice"}}
    assert metrics(given) == ("mean_absolute_error", "dice")
    deep = {"class_name": "MeanMetricWrapper", "config": {"fn": {"class_name": "function", "config": "dice"}}}
    assert metrics({"metrics": [deep]}) == ("dice",)

"""TensorFlow 1, as its own kernels on Python 3.6 gave it: what was there, how it was called, what came when."""

from __future__ import annotations

import pytest

from kerasmagic.catalog.history import equivalents, spans
from kerasmagic.catalog.target import Found, Missing, Target

ONE = [
    "tensorflow==1.4",
    "tensorflow==1.7",
    "tensorflow==1.8",
    "tensorflow==1.9",
    "tensorflow==1.10",
    "tensorflow==1.12",
    "tensorflow==1.14",
]
TF = frozenset({"tensorflow"})


@pytest.mark.parametrize("release", ONE)
@pytest.mark.parametrize(
    "name",
    [
        "tensorflow.Session",
        "tensorflow.train.AdamOptimizer",
        "tensorflow.nn.rnn_cell.LSTMCell",
        "tensorflow.layers.dense",
        "tensorflow.losses.mean_squared_error",
        "tensorflow.keras.layers.Dense",
        "tensorflow.keras.utils.to_categorical",
        "tensorflow.contrib.slim.conv2d",
        "tensorflow.contrib.layers.xavier_initializer",
        "tensorflow.app.flags.DEFINE_string",
        "tensorflow.estimator.Estimator",
        "tensorflow.gfile.Exists",
    ],
)
def test_what_was_always_there(release, name) -> None:
    assert isinstance(Target.parse(release).attribute(name, TF), Found)


@pytest.mark.parametrize("release", ONE)
def test_calls_are_known_whatever_file_the_name_is_in(release) -> None:
    target = Target.parse(release)
    assert target.accepts("tensorflow.train.AdamOptimizer", 0, ("learning_rate", "beta1")) == ()
    assert target.accepts("tensorflow.train.AdamOptimizer", 0, ("lr",)) == ("lr",)
    assert target.accepts("tensorflow.layers.dense", 2, ("activation", "unit")) == ("unit",)
    assert target.accepts("tensorflow.keras.layers.Dense", 1, ("activation", "input_shape")) == ()
    assert isinstance(target.method("tensorflow.train.Saver", "restore"), Found)
    assert isinstance(target.method("tensorflow.train.Saver", "load"), Missing)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("tensorflow.enable_eager_execution", "1.7.1", "1.15.5"),
        ("tensorflow.GradientTape", "1.8.0", ""),
        ("tensorflow.math", "1.8.0", ""),
        ("tensorflow.compat.v1.Session", "1.13.2", ""),
        ("tensorflow.distribute.MirroredStrategy", "1.13.2", ""),
        ("tensorflow.function", "1.14.0", ""),
        ("tensorflow.contrib.tpu", "1.4.1", "1.15.5"),
        ("tensorflow.contrib.lite", "1.5.1", "1.13.2"),
    ],
)
def test_since_when_and_until_when(name, first, last) -> None:
    found = spans(name)
    assert (found[0].first, "" if found[-1].current else found[-1].last) == (first, last)


def test_tf_keras_is_an_attribute_before_it_is_a_module() -> None:
    before, since = Target.parse("tensorflow==1.8"), Target.parse("tensorflow==1.9")
    for target in (before, since):
        assert isinstance(target.attribute("tensorflow.keras.models.Sequential", TF), Found)
        assert isinstance(target.import_from("tensorflow.python.keras.models", "Sequential"), Found)
    missing = before.import_from("tensorflow.keras.models", "Sequential")
    assert isinstance(missing, Missing)
    assert missing.message == "ModuleNotFoundError: No module named 'tensorflow.keras'"
    assert isinstance(since.import_from("tensorflow.keras.models", "Sequential"), Found)


def test_a_later_version_has_no_stand_in_in_the_first() -> None:
    """tf.where, tf.nn.ctc_loss and others stood for another function before TensorFlow 2."""
    for name in ("tensorflow.compat.v1.where_v2", "tensorflow.nn.ctc_loss_v2"):
        assert equivalents(name, Target.parse("tensorflow==1.8")) == []
    best = equivalents("tensorflow.compat.v1.Session", Target.parse("tensorflow==1.8"))[0]
    assert best.name == "tensorflow.Session"


def test_internals_that_were_the_api_are_no_advice_for_today() -> None:
    """tf.nn.rnn_cell was the module tensorflow.python.ops.rnn_cell, which now holds something else."""
    assert equivalents("tensorflow.nn.rnn_cell", Target.parse("tensorflow==2.20")) == []

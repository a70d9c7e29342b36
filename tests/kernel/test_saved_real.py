"""The Keras of this environment saves models; what is said about the files must agree with what loading them does."""

from __future__ import annotations

import sys

import pytest
import tensorflow as tf

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.diagnosis.saved_models import failed_load, loaders, verdict
from kerasmagic.kernel.snapshot import take_snapshot
from kerasmagic.rules import RULES
from kerasmagic.saved.read import read_model

K = tf.keras
KERAS_3 = hasattr(K.layers, "TFSMLayer")


def loader():
    return loaders(take_snapshot())[0]


def sequential(loss="mse", *extra):
    model = K.Sequential([K.layers.InputLayer(shape=(4,)) if KERAS_3 else K.layers.InputLayer(input_shape=(4,))])
    for part in (*extra, K.layers.Dense(1)):
        model.add(part)
    if loss:
        model.compile(optimizer="adam", loss=loss)
    return model


def functional(loss="mean_squared_error"):
    start = K.Input((5, 3))
    model = K.Model(start, K.layers.Dense(1)(K.layers.LSTM(2)(start)))
    model.compile(optimizer="adam", loss=loss)
    return model


class Double(K.layers.Layer):
    def call(self, inputs):
        return inputs * 2


def load(path):
    """None, or how load_model failed."""
    try:
        K.models.load_model(str(path))
    except Exception as error:
        return Failure(error, "load_model(path)", {})
    return None


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: sequential(None), id="not compiled"),
        pytest.param(lambda: sequential("mse"), id="short name of a loss"),
        pytest.param(functional, id="functional"),
        pytest.param(lambda: sequential("mse", K.layers.Lambda(lambda x: x * 2)), id="lambda"),
        pytest.param(lambda: sequential("mse", Double()), id="custom layer"),
    ],
)
def test_what_is_said_is_what_happens(tmp_path, make, suffix):
    path = tmp_path / f"model{suffix}"
    make().save(str(path))
    model = read_model(path)
    assert model.keras_version.startswith(loader().version.partition(".")[0])
    found = verdict(model, loader(), RULES)
    failure = load(path)
    needs = any(problem.rule == "KM107" for problem in found.problems)
    assert (found.loads is False or needs) == (failure is not None), (found, failure)
    if failure:
        world, rules = KernelWorld(RULES), RULES.of_failures()
        said = {problem.rule for rule in rules if rule.on_failure for problem in rule.on_failure(failure, world)}
        assert said & {problem.rule for problem in found.problems}


def test_weights_are_no_model(tmp_path):
    path = tmp_path / "a.weights.h5"
    sequential().save_weights(str(path))
    assert read_model(path).weights_only
    assert load(path) is not None


def test_a_broken_file_is_told_under_the_error(tmp_path):
    path = tmp_path / "a.keras"
    path.write_text("<!DOCTYPE html><html>Not found</html>")
    failure = load(path)
    assert failed_load(failure)[0] == str(path)
    said = [problem for rule in RULES.all() if rule.code == "KM111" for problem in rule.on_failure(failure, None)]
    assert "web page" in said[0].cause


def test_reading_does_not_touch_tensorflow(tmp_path):
    path = tmp_path / "a.keras"
    sequential().save(str(path))
    before = set(sys.modules)
    read_model(path)
    assert not {name for name in set(sys.modules) - before if name.startswith(("tensorflow", "keras."))}

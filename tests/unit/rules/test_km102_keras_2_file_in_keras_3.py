"""KM102: Keras 2 file in Keras 3."""

from __future__ import annotations

import pytest
from models import FUNCTIONAL, KERAS_3, KERAS_3_13, TF_KERAS, fix, part, saved

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.kernel.distributions import Installed
from kerasmagic.rules import RULES
from kerasmagic.rules.saved import km102_keras_2_file_in_keras_3

SILENT = [
    pytest.param(saved("keras", "2.15.0"), KERAS_3, True, [], id="Keras 2 Sequential in Keras 3"),
    pytest.param(
        saved("h5", "2.15.0", part("Dense", "", "units", "batch_input_shape")), KERAS_3, True, [], id="not in HDF5"
    ),
    pytest.param(saved("h5", "2.15.0", FUNCTIONAL), KERAS_3, True, [], id="the same as HDF5"),
    pytest.param(saved("h5", "2.4.0", part("LSTM", "", "time_major")), TF_KERAS, True, [], id="not in tf_keras"),
    pytest.param(saved("h5", "2.15.0", part("BatchNormalization", "", "axis")), KERAS_3, True, [], id="axis in HDF5"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), SILENT)
def test_nothing_is_said(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


TOLD = [
    pytest.param(saved("keras", "2.15.0", FUNCTIONAL), KERAS_3, False, ["KM102"], id="Keras 2 Functional in Keras 3"),
    pytest.param(
        saved("keras", "2.15.0", part("BatchNormalization", "keras.layers", "axis")),
        KERAS_3,
        False,
        ["KM102"],
        id="axis of BatchNormalization",
    ),
    pytest.param(
        saved("keras", "2.15.0", part("Dense", "keras.layers", "units", "batch_input_shape")),
        KERAS_3,
        False,
        ["KM102"],
        id="input_shape of the first layer",
    ),
    pytest.param(saved("h5", "2.4.0", part("LSTM", "", "time_major")), KERAS_3, False, ["KM102"], id="time_major"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), TOLD)
def test_it_is_told(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


def test_tf_keras_is_used_where_it_is_installed(monkeypatch):
    # The environment of the tests may have TensorFlow by another name, tensorflow-cpu.
    monkeypatch.setattr(km102_keras_2_file_in_keras_3, "installed_on", lambda path: Installed([]))
    model = saved("keras", "2.15.0", FUNCTIONAL)
    assert fix(model, KERAS_3_13).commands == ("import tf_keras; model = tf_keras.models.load_model('m')",)
    assert fix(model, KERAS_3).commands[0] == '%pip install "tf_keras~=2.21.0"'

"""KM102: Keras 2 file in Keras 3."""

from __future__ import annotations

import pytest
from loading import answer, edit, hdf5, layer
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


def test_layers_that_only_keras_2_has():
    model = saved("h5", "2.10.0", part("TFOpLambda"))
    (problem,) = verdict(model, KERAS_3_13, RULES).problems
    assert problem.rule == "KM102"
    assert "only Keras 2 has: TFOpLambda" in problem.cause
    assert problem.fixes[0].commands == ("import tf_keras; model = tf_keras.models.load_model('m')",)


def test_the_users_own_layers_beside_them_have_to_be_made_of_tf_keras():
    model = saved("h5", "2.10.0", part("TFOpLambda"), part("Double"))
    problem = verdict(model, KERAS_3_13, RULES).problems[0]
    assert "There, Double must be made from classes of tf_keras, too." in problem.cause


def test_the_line_is_written_as_the_cell_writes_it(tmp_path):
    path = hdf5(tmp_path / "m.h5", layer("TFOpLambda"), version="2.10.0")
    problem = answer("net = load_model(PATH)", ValueError("Unknown layer: 'TFOpLambda'."), "KM102", PATH=path)
    commands = [command for fix in problem.fixes for command in fix.commands]
    assert any("net = tf_keras.models.load_model(PATH)" in command for command in commands) or edit(problem)

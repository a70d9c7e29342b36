"""KM106: compile settings that do not load."""

from __future__ import annotations

import pytest
from loading import answer, edit, hdf5
from models import KERAS_2, KERAS_3, LEGACY, saved

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES

SILENT = [
    pytest.param(saved("keras", "3.15.1", losses=("mse",), compiled=True), KERAS_3, True, [], id="mse in an archive"),
    pytest.param(
        saved("h5", "3.15.1", losses=("mean_squared_error",), compiled=True), KERAS_3, True, [], id="the full name"
    ),
    pytest.param(saved("keras", "2.15.0", **LEGACY), KERAS_2, True, [], id="legacy optimizer in Keras 2"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), SILENT)
def test_nothing_is_said(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


TOLD = [
    pytest.param(saved("h5", "3.15.1", losses=("mse",), compiled=True), KERAS_3, False, ["KM106"], id="mse in HDF5"),
    pytest.param(
        saved("h5", "2.10.0", optimizer="SGD", optimizer_family="legacy", compiled=True, old_schedule=True),
        KERAS_3,
        False,
        ["KM106"],
        id="schedule",
    ),
    pytest.param(saved("keras", "2.15.0", **LEGACY), KERAS_3, False, ["KM106"], id="legacy optimizer in Keras 3"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), TOLD)
def test_it_is_told(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


SAYS = ValueError("Could not deserialize 'keras.metrics.mse' because it is not a KerasSaveable subclass")


def test_the_whole_call_of_compile_stands_behind_the_load(tmp_path):
    path = hdf5(tmp_path / "m.h5", loss="mse", metrics=["mae"])
    cell = "net = load_model(PATH)  # the best\nnet.evaluate(x, y)"
    problem = answer(cell, SAYS, "KM106", PATH=path)
    assert edit(problem) == (
        "net = load_model(PATH, compile=False)  # the best\n"
        "net.compile(optimizer='adam', loss='mse', metrics=['mae'])\nnet.evaluate(x, y)"
    )
    assert problem.fixes[0].differs == "The optimizer begins anew: its state is not loaded."


def test_a_cell_that_compiles_is_not_given_a_second_call(tmp_path):
    path = hdf5(tmp_path / "m.h5", loss="mse")
    problem = answer("net = load_model(PATH)\nnet.compile('sgd', 'mse')", SAYS, "KM106", PATH=path)
    assert edit(problem) == "net = load_model(PATH, compile=False)\nnet.compile('sgd', 'mse')"


def test_what_compile_was_given_and_is_not_there_is_named(tmp_path):
    path = hdf5(tmp_path / "m.h5", loss="mse", metrics=["my_dice"])
    problem = answer("net = load_model(PATH)", SAYS, "KM106", PATH=path)
    assert edit(problem) is None
    assert "It was given my_dice, too: define or import that first." in problem.cause


def test_nothing_is_said_where_the_settings_are_not_read(tmp_path):
    path = hdf5(tmp_path / "m.h5", loss="mse")
    assert answer("net = load_model(PATH, compile=False)", SAYS, "KM106", PATH=path) is None


def test_a_loss_of_the_authors_own_is_another_rules():
    model = saved("h5", "3.15.1", losses=("my_loss",), compiled=True)
    assert [problem.rule for problem in verdict(model, KERAS_3, RULES).problems] == ["KM107"]

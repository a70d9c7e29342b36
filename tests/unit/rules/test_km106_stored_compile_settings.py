"""KM106: compile settings that do not load."""

from __future__ import annotations

import pytest
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

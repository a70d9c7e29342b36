"""KM104: HDF5 file named .keras."""

from __future__ import annotations

import pytest
from models import KERAS_2, KERAS_3, fix, saved

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES

SILENT = [
    pytest.param(saved("h5", "2.10.0", path="m.keras"), KERAS_2, True, [], id="which Keras 2 reads"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), SILENT)
def test_nothing_is_said(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


TOLD = [
    pytest.param(saved("h5", "2.10.0", path="m.keras"), KERAS_3, False, ["KM104"], id="HDF5 by the name .keras"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), TOLD)
def test_it_is_told(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


def test_the_command_quotes_the_path():
    model = saved("h5", "2.10.0", path="it's.keras")
    assert '"it\'s.keras"' in fix(model, KERAS_3).commands[0]

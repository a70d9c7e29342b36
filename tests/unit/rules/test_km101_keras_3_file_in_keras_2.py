"""KM101: Keras 3 file in Keras 2."""

from __future__ import annotations

import pytest
from models import KERAS_2, KERAS_3, TF_KERAS, saved

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES

SILENT = [
    pytest.param(saved("keras", "3.15.1"), KERAS_3, True, [], id="its own"),
    pytest.param(saved("h5", ""), KERAS_3, None, [], id="a writer that is not told"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), SILENT)
def test_nothing_is_said(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


TOLD = [
    pytest.param(saved("keras", "3.15.1"), KERAS_2, False, ["KM101"], id="Keras 3 archive in Keras 2"),
    pytest.param(saved("h5", "3.15.1"), TF_KERAS, False, ["KM101"], id="Keras 3 HDF5 in tf_keras"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), TOLD)
def test_it_is_told(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads

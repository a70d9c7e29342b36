"""KM103: .keras archive of another Keras 2."""

from __future__ import annotations

import pytest
from models import FUNCTIONAL, KERAS_2, OLD, TF_KERAS, part, saved

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES

SILENT = [
    pytest.param(saved("keras", "2.15.0", FUNCTIONAL), TF_KERAS, True, [], id="Keras 2 archive in tf_keras"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), SILENT)
def test_nothing_is_said(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


TOLD = [
    pytest.param(
        saved("keras", "2.19.0", part("Functional", "tf_keras.src.engine.functional")),
        KERAS_2,
        False,
        ["KM103"],
        id="tf_keras archive in Keras 2",
    ),
    pytest.param(saved("keras", "2.13.1"), KERAS_2, False, ["KM103"], id="2.13 archive in 2.15"),
    pytest.param(saved("keras", "2.15.0"), OLD, False, ["KM103"], id="archive in 2.4"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), TOLD)
def test_it_is_told(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads

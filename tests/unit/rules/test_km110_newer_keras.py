"""KM110: file of a newer Keras."""

from __future__ import annotations

import pytest
from models import AXES, KERAS_3, KERAS_3_13, OLD, saved

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES

SILENT = [
    pytest.param(saved("keras", "3.13.2", AXES), KERAS_3, True, [], id="older Keras 3"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), SILENT)
def test_nothing_is_said(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads


TOLD = [
    pytest.param(saved("keras", "3.15.1", AXES), KERAS_3_13, False, ["KM110"], id="newer Keras 3"),
    pytest.param(saved("saved_model", "2.10.0"), OLD, False, ["KM110"], id="folder of 2.10 in 2.4"),
    pytest.param(
        saved("saved_model", "2.15.0", operations=("MatMul", "DisableCopyOnRead")),
        OLD,
        False,
        ["KM110", "KM112"],
        id="an operation of a newer TensorFlow",
    ),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), TOLD)
def test_it_is_told(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads

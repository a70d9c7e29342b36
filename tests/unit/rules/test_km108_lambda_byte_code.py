"""KM108: Lambda layers stored as byte code."""

from __future__ import annotations

import pytest
from models import KERAS_3, part, saved

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES

TOLD = [
    pytest.param(
        saved("h5", "2.15.0", part("__lambda__", role="lambda")), KERAS_3, False, ["KM108"], id="lambda in Keras 3"
    ),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), TOLD)
def test_it_is_told(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads

"""KM109: weights without a model."""

from __future__ import annotations

import pytest
from models import KERAS_3

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES
from kerasmagic.saved.model import SavedModel

TOLD = [
    pytest.param(SavedModel("m", "h5", weights_only=True), KERAS_3, False, ["KM109"], id="weights"),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), TOLD)
def test_it_is_told(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads

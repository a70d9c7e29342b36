"""KM112: operation that is not there."""

from __future__ import annotations

import pytest
from models import KERAS_2, saved

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES

TOLD = [
    pytest.param(
        saved("saved_model", "2.15.0", operations=("CaseFoldUTF8",)), KERAS_2, False, ["KM112"], id="of a package"
    ),
]


@pytest.mark.parametrize(("model", "loader", "loads", "codes"), TOLD)
def test_it_is_told(model, loader, loads, codes):
    found = verdict(model, loader, RULES)
    assert [problem.rule for problem in found.problems] == codes
    assert found.loads is loads

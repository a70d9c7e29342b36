"""KA391: numbers of NumPy in a training history."""

from __future__ import annotations

import json

import pytest
from refusals import rules, told

numpy = pytest.importorskip("numpy")
HISTORY = {"loss": [0.5, 0.25], "lr": [numpy.float32(0.01)] * 2}


@pytest.mark.parametrize("rest", ["", ", indent=2"])
def test_json_is_told_how_to_write_them(rest):
    (problem,) = told(f"json.dumps(history{rest})", json=json, history=HISTORY)
    assert problem.rule == "KA391"
    assert problem.fixes[0].source == f"json.dumps(history{rest}, default=float)"


@pytest.mark.parametrize("other", [{"accuracy": numpy.float32(1)}, {"loss": [0.5], "x": numpy.ones(2, "float32")}])
def test_other_dictionaries_are_not_told(other):
    assert rules("json.dumps(other)", json=json, other=other) == []

"""KD182: a result that is dropped."""

from __future__ import annotations

import numpy as np
import pytest
from refusals import model, rules, told

SAYS = ValueError("Input 0 of layer dense is incompatible with the layer: expected shape=(None, 6), found (None, 2, 3)")


def session():
    return {"model": model(SAYS), "x": np.ones((8, 2, 3)), "y": np.ones(8)}


@pytest.mark.parametrize("line", ["x.reshape(-1, 6)", "x.astype('float32').reshape(-1, 6)"])
def test_it_is_kept(line):
    problem = told(f"{line}\nmodel.fit(x, y)", **session())[0]
    assert problem.rule == "KD182"
    assert (problem.fixes[0].source, problem.fixes[0].verified) == (f"x = {line}\nmodel.fit(x, y)", True)


@pytest.mark.parametrize(
    "cell",
    [
        "z = x.reshape(-1, 6)\nmodel.fit(x, y)",
        "x.sort()\nmodel.fit(x, y)",
        "x.copy()\nmodel.fit(x, y)",
        "y.reshape(-1)\nz = y\nmodel.fit(x, z)",
        "def late():\n    x.reshape(-1, 6)\nmodel.fit(x, y)",
    ],
)
def test_what_is_kept_or_changes_in_place_is_not_told(cell):
    assert "KD182" not in rules(cell, **session())

"""KD161: functions without return."""

from __future__ import annotations

import linecache

import pytest
from refusals import refused, rules, told

NONE = TypeError("Inputs to a layer should be tensors. Got: None")
BLOCK = "def block(x):\n    y = x + 1\n{}\nx = block(1)\nx = layer(x)"


def said(cell, **names):
    linecache.cache["<ipython-input-1>"] = (len(cell), None, cell.splitlines(True), "<ipython-input-1>")
    try:
        return told(cell, layer=refused(NONE), **names)
    finally:
        del linecache.cache["<ipython-input-1>"]


def test_the_name_that_is_computed_last_is_returned():
    problem = said(BLOCK.format(""))[0]
    assert (problem.rule, problem.title) == ("KD161", "x is None: block returns nothing")
    assert (problem.fixes[0].source, problem.fixes[0].verified) == (BLOCK.format("    return y\n"), True)


@pytest.mark.parametrize("end", ["    print(y)", "    if x:\n        y = 2"])
def test_what_ends_otherwise_is_left_to_a_person(end):
    problem = said(BLOCK.format(end))[0]
    assert (problem.rule, [fix.kind for fix in problem.fixes]) == ("KD161", ["manual"])


@pytest.mark.parametrize(
    "cell", [BLOCK.format("    return None if x else y"), "x = None\nlayer(x)", "n = len([])\nlayer(n)"]
)
def test_other_reasons_are_not_told(cell):
    assert "KD161" not in [problem.rule for problem in said(cell)]
    assert "KD161" not in rules("def f(x):\n    y = x\nf(2)\n1 + None")


def test_none_among_the_sizes_of_a_shape_is_another_thing(monkeypatch):
    monkeypatch.setitem(globals(), "NONE", ValueError("Shapes (None, 2) and (None, 3) are incompatible"))
    assert "KD161" not in [problem.rule for problem in said(BLOCK.format(""))]

"""KD160: masks of several inputs."""

from __future__ import annotations

import pytest
from refusals import rules, told

LAYER = """class Sum:
    def call(self, inputs, mask=None):
        \"\"\"Adds them.\"\"\"
        total = inputs[0] + inputs[1]
        if mask is not None:
            total = total * mask[0]
        return total

Sum().call([1, 2], mask={})"""
LINES = """        if isinstance(mask, (list, tuple)) and all(each is None for each in mask):
            mask = None
        total = inputs"""


@pytest.mark.parametrize(
    "cell", [LAYER.format("[2, None, 'a']").replace("mask[0]", "{}.x"), "mask = [None]\n1 + mask[0]"]
)
def test_what_fails_otherwise_is_not_this(cell):
    assert "KD160" not in rules(cell)


@pytest.mark.parametrize("mask", ["[None, None]", "(None, None)"])
def test_the_mask_of_nothing_becomes_none(mask):
    (problem,) = told(LAYER.format(mask))
    assert problem.rule == "KD160" and problem.title.startswith("The mask is [None, None]: none of the 2 inputs")
    assert problem.fixes[0].verified and LINES in problem.fixes[0].source

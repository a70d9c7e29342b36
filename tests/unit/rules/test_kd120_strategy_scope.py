"""KD120: model outside of the strategy's scope."""

from __future__ import annotations

import pytest
from refusals import model, rules, told

OUTSIDE = [
    RuntimeError('Need to be inside "with strategy.scope()" for <MirroredStrategy object at 0x7f>'),
    ValueError("`colocate_vars_with` must only be passed a variable created in this tf.distribute.Strategy.scope()"),
    ValueError("Variable (<tf.Variable>) was not created in the distribution strategy scope of (<Mirrored>)."),
]


@pytest.mark.parametrize("says", [RuntimeError("strategy"), ValueError("The scope is another one")])
def test_other_errors_are_not_told(says):
    assert "KD120" not in rules("m.fit(1, 2)", m=model(says))


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise RuntimeError(says)", says=str(OUTSIDE[0])) == []


@pytest.mark.parametrize("says", OUTSIDE)
def test_it_is_told_where_to_make_the_model(says):
    (problem,) = told("m.fit(1, 2)", m=model(says))
    assert problem.rule == "KD120"
    assert "with strategy.scope()" in problem.fixes[0].title

"""KE161: no TPU."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

SAYS = ValueError("Please provide a TPU Name to connect to.")


@pytest.mark.parametrize("says", [ValueError("Please provide a name"), RuntimeError("TPUs not found in the cluster")])
def test_other_errors_are_not_told(says):
    assert "KE161" not in rules("f(1)", f=refused(says))


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise says", says=SAYS) == []


def test_it_is_told_where_to_choose_one_and_how_to_go_on_without():
    (problem,) = told("f(1)", f=refused(SAYS))
    assert problem.rule == "KE161"
    assert "Change runtime type" in problem.fixes[0].title
    assert "tf.distribute.get_strategy()" in problem.fixes[0].title

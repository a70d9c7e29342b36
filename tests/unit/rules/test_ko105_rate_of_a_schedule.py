"""KO105: rate that a schedule computes."""

from __future__ import annotations

import pytest
from refusals import model, rules, told

SAYS = (
    "This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor argument, "
    "hence its learning rate is not settable."
)


@pytest.mark.parametrize("says", [ValueError(SAYS), TypeError("LearningRateSchedule"), TypeError("learning_rate")])
def test_other_errors_are_not_told(says):
    assert "KO105" not in rules("m.fit(1, 2)", m=model(says))


def test_a_rate_that_is_set_where_a_schedule_computes_it():
    (problem,) = told("m.fit(1, 2, callbacks=[1])", m=model(TypeError(SAYS)))
    assert problem.rule == "KO105"
    assert "Compile with a number" in problem.fixes[0].title

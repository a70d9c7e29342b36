"""KO106: schedule of the learning rate."""

from __future__ import annotations

import pytest
from checked import KERAS_2
from refusals import refused, rules, told

REFUSED = [
    (
        ValueError(
            "The length of boundaries should be 1 less than the length of values. Received: boundaries=[1] of "
            "length 1, and values=[1] of length 1"
        ),
        "three values",
    ),
    (ValueError("Argument `decay_steps` must be > 0. Received: decay_steps=0"), "epochs * steps_per_epoch"),
    (
        NotImplementedError("Learning rate schedule 'S' must override `__call__(self, step)`."),
        "def __call__(self, step)",
    ),
]


@pytest.mark.parametrize("says", [ValueError("A list has no end"), TypeError("It is not known")])
def test_other_errors_are_not_told(says):
    assert "KO106" not in rules("f(1)", f=refused(says))


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise says", says=REFUSED[0][0]) == []


@pytest.mark.parametrize("says, advice", REFUSED)
def test_it_is_told_what_to_do(says, advice):
    (problem,) = told("f(1)", f=refused(says))
    assert problem.rule == "KO106"
    assert advice in problem.fixes[0].title


def test_a_schedule_by_the_old_name_of_the_rate():
    says = TypeError("'<' not supported between instances of 'ExponentialDecay' and 'int'")
    (problem,) = told("opt = Adam( lr = rate, beta_1=0.9)", Adam=refused(says), rate=1, target=KERAS_2)
    assert (problem.rule, problem.fixes[0].source) == ("KO106", "opt = Adam( learning_rate=rate, beta_1=0.9)")
    assert "KO106" not in rules("Adam(0.1)", Adam=refused(says))

"""KD122: values to choose from."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

SCORE = "Invalid value for argument score_mode. Expected one of {'dot', 'concat'}. Received: score_mode=%s"
OTHERS = [
    ("f(1)", ValueError(SCORE % "concatenate")),
    ("f(score_mode='dot')", ValueError(SCORE % "concatenate")),
    ("f(score_mode=word)", ValueError(SCORE % "concatenate")),
    ("f(mode='max')", ValueError("mode has to be 'min', not max")),
    ("f('a/b')", ValueError("Expected one of 'x' and 'y'. Received: a/b")),
    ("f(name='dot')", ValueError("The name dot is taken, one of 'a' and 'b' is free")),
]


@pytest.mark.parametrize("cell, says", OTHERS)
def test_other_errors_are_not_told(cell, says):
    assert "KD122" not in rules(cell, f=refused(says), word="concatenate")


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise ValueError(says.replace('%s', 'mode'))", says=SCORE) == []


NAMED = [
    ("f(score_mode='concatenate')", SCORE % "concatenate", "Write one of 'dot', 'concat'."),
    (
        "f(color_mode='gray')",
        'Invalid color mode: gray; expected "rgb", "rgba", or "grayscale".',
        "Write one of 'rgb', 'rgba', 'grayscale'.",
    ),
    (
        "f('float')",
        "Unknown `floatx` value: float. Expected one of {'float16', 'float32'}",
        "Write one of 'float16', 'float32'.",
    ),
]


@pytest.mark.parametrize("cell, says, advice", NAMED)
def test_what_is_taken_is_listed(cell, says, advice):
    (problem,) = told(cell, f=refused(ValueError(says)))
    assert (problem.rule, problem.fixes[0].title) == ("KD122", advice)


def test_a_slip_is_corrected():
    says = "The `data_format` argument must be one of {'channels_first', 'channels_last'}. Received: channel_last"
    (problem,) = told("f(data_format='channel_last')", f=refused(ValueError(says)))
    assert problem.fixes[0].source == "f(data_format='channels_last')"

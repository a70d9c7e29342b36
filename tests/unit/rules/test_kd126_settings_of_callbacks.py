"""KD126: settings of callbacks."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

REFUSED = [
    (ValueError("The output of the `schedule` function should be a float. Got: None"), "return lr"),
    (ValueError('The output of the "schedule" function should be float. Got: 0.1'), "return lr"),
    (
        ValueError("Unrecognized save_freq: epochs. Expected save_freq are 'epoch' or integer values"),
        "save_freq='epoch'",
    ),
    (ValueError("ReduceLROnPlateau does not support a factor >= 1.0. Received factor=1.5"), "factor=0.1"),
    (
        OSError(
            "Please specify a non-directory filepath for ModelCheckpoint. Filepath used is an existing "
            "directory: models"
        ),
        "'models/best.keras'",
    ),
]


@pytest.mark.parametrize("says", [ValueError("A list has no end"), TypeError("It is not known")])
def test_other_errors_are_not_told(says):
    assert "KD126" not in rules("f(1)", f=refused(says))


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise says", says=REFUSED[0][0]) == []


def halved(epoch, start=0.1):
    return start * 0.5**epoch


def test_a_schedule_is_given_itself_and_not_called():
    cell = "c = keras.callbacks.LearningRateScheduler(halved(0), verbose=1)\nf(1)"
    keras = type("keras", (), {"callbacks": type("callbacks", (), {"LearningRateScheduler": dict})})
    keras.callbacks.LearningRateScheduler = lambda schedule, verbose: None
    (problem,) = told(cell, f=refused(TypeError("'float' object is not callable")), halved=halved, keras=keras)
    assert problem.title == "LearningRateScheduler gets what halved returns, and takes the function itself"
    assert "LearningRateScheduler(halved, verbose=1)" in problem.fixes[0].source


@pytest.mark.parametrize("says, advice", REFUSED)
def test_it_is_told_what_to_do(says, advice):
    (problem,) = told("f(1)", f=refused(says))
    assert problem.rule == "KD126"
    assert advice in problem.fixes[0].title

"""KD162: observation and info."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from refusals import model, refused, rules, tensor, told

SAYS = ValueError("Failed to find data adapter that can handle input")
ENV = SimpleNamespace(reset=lambda **others: (np.zeros(3), {}))


def pole(says=SAYS):
    return model(says, "Functional", _inputs=[tensor((None, 3))], _outputs=[])


@pytest.mark.parametrize("state", [np.zeros(3), (np.zeros(3), np.zeros(3)), [np.zeros(3), {}], (np.zeros(3), {1: 2})])
def test_other_data_is_not_told(state):
    env = SimpleNamespace(reset=lambda: state)
    assert "KD162" not in rules("state = env.reset()\nmodel.fit(state)", env=env, model=pole())


def test_without_a_reset_a_tuple_is_not_told():
    assert "KD162" not in rules("model.fit(state)", state=(np.zeros(3), {}), model=pole())


def test_what_a_program_raises_itself_is_not_told():
    assert rules("state = env.reset()\nraise says", env=ENV, says=ValueError("no")) == []


def test_the_observation_becomes_a_batch():
    problem = told("state = env.reset(seed=1)\nmodel.fit(state)", env=ENV, model=pole())[0]
    assert problem.title == "state is a tuple (observation, info), and what gets it takes an array"
    assert problem.fixes[0].source == "state = env.reset(seed=1)[0]\nmodel.fit(state[None])"


def test_a_function_of_tensorflow_takes_the_observation_as_it_is():
    problem = told("obs = env.reset()\nobs = convert(obs)", env=ENV, convert=refused(SAYS))[0]
    assert problem.fixes[0].source == "obs = env.reset()[0]\nobs = convert(obs)"


def test_where_reset_is_called_elsewhere_the_line_is_told():
    cell = "def start():\n    return env.reset()\nobs = start()\nmodel.fit(obs)"
    problem = told(cell, env=ENV, model=pole())[0]
    assert problem.fixes[0].title == "Write obs, info = env.reset(), and give the model a batch of one: obs[None]."

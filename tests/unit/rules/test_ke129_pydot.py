"""KE129: plot_model without pydot, or without graphviz."""

from __future__ import annotations

import pytest
from environments import commands, fail, put

MESSAGES = [
    "You must install pydot (`pip install pydot`) for `plot_model` to work.",
    "You must install pydot (`pip install pydot`) and install graphviz (see instructions at https://graphviz.gitlab.io/"
    "download/) for plot_model to work.",
]


def keras(site, message):
    put(site, "keras", "3.15.1")
    (site / "keras" / "__init__.py").write_text(f"def plot_model():\n    raise ImportError({message!r})\n")


@pytest.mark.parametrize("message", MESSAGES)
def test_pydot_is_missing(kernel, message):
    keras(kernel, message)
    (problem,) = fail("import keras\nkeras.plot_model()")
    assert (problem.rule, commands(problem)[0]) == ("KE129", "%pip install pydot")


def test_graphviz_is_missing(kernel):
    keras(kernel, MESSAGES[1])
    (kernel / "pydot.py").write_text("")
    (problem,) = fail("import keras\nkeras.plot_model()")
    assert commands(problem) == ["!apt-get install -y graphviz"]


def test_silent_of_another_package(kernel):
    keras(kernel, "You must install pandas")
    assert fail("import keras\nkeras.plot_model()") == []

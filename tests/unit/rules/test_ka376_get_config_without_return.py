"""KA376: get_config without return."""

from __future__ import annotations

import linecache

import pytest
from refusals import refused, rules, told

SAYS = TypeError("The `get_config()` method of <Twice name=twice, built=True> should return a dict. It returned: None")
CELL = "class Twice(Layer):\n    def get_config(self):\n        config = {{}}\n        {}\n\nsave()"


def names(says=SAYS):
    return {"Layer": type("Layer", (), {"__module__": "keras.src.layers.layer"}), "save": refused(says)}


@pytest.fixture(autouse=True)
def _kept(monkeypatch):
    """What IPython keeps of a cell."""
    monkeypatch.setattr(linecache, "getlines", lambda path, *more: list(_CELLS.get(path, ())))


_CELLS = {}


def cell(last):
    text = CELL.format(last)
    _CELLS["<ipython-input-1>"] = text.splitlines(True)
    return text


@pytest.mark.parametrize("last", ["config['size'] = 3", "config.update(size=3)", "config = {'size': 3}"])
def test_what_it_makes_is_returned(last):
    (problem,) = told(cell(last), **names())
    assert problem.rule == "KA376"
    assert problem.fixes[0].source == cell(f"{last}\n        return config")


def test_a_dictionary_that_is_made_at_the_end_is_returned():
    (problem,) = told(cell("dict(config)"), **names())
    assert problem.fixes[0].source == cell("return dict(config)")


def test_one_that_returns_something_is_not_told():
    assert "KA376" not in rules(cell("return config.update(size=3)"), **names())

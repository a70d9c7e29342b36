"""KA386: metric updated in call."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from refusals import keras, told

NOTHING = None
HELD = {"__module__": "keras.src.metrics", "update_state": lambda self, values: NOTHING()}
METRIC = type("Mean", (type("Metric", (), HELD),), {"__module__": "keras.src.metrics"})
CELL = (
    "class Net(Model):\n    def call(self, {given}, training=False):\n        {lines}\nNet(None, mean=mean).call(1)\n"
)


def said(given, lines, monkeypatch, backend="jax"):
    config = ModuleType("keras.src.backend.config")
    config._BACKEND = backend
    monkeypatch.setitem(sys.modules, config.__name__, config)
    cell = CELL.format(given=given, lines=lines.replace("\n", "\n        "))
    return [each for each in told(cell, Model=keras()["Model"], mean=METRIC()) if each.rule == "KA386"]


@pytest.mark.parametrize(
    ("given", "lines", "left", "moved"),
    [
        ("x", "self.mean.update_state(x)\nreturn x", "return x", "self.mean.update_state(x)"),
        ("inputs", "self.mean.update_state(inputs)\nreturn inputs", "return inputs", "inputs = x\n{}"),
        ("x", "h = x + 1\nself.mean.update_state(h)\nreturn h", "h = x + 1\n        return h", "h = y_pred\n{}"),
    ],
)
def test_the_update_moves_to_compute_metrics(given, lines, left, moved, monkeypatch):
    (problem,) = said(given, lines, monkeypatch)
    update = next(line for line in lines.splitlines() if "update_state" in line)
    body = moved.format(update).replace("\n", "\n        ")
    assert problem.fixes[0].source == (
        f"class Net(Model):\n    def call(self, {given}, training=False):\n        {left}\n\n"
        f"    def compute_metrics(self, x, y, y_pred, sample_weight=None):\n        {body}\n"
        "        return super().compute_metrics(x, y, y_pred, sample_weight)\nNet(None, mean=mean).call(1)\n"
    )


def test_what_call_computes_in_between_is_for_a_person(monkeypatch):
    (problem,) = said("x", "h = x + 1\nself.mean.update_state(h)\nreturn h * 2", monkeypatch)
    assert [fix.kind for fix in problem.fixes] == ["manual"]


def test_nothing_is_said_with_another_backend_or_of_another_call(monkeypatch):
    assert said("x", "self.mean.update_state(x)\nreturn x", monkeypatch, "tensorflow") == []
    assert said("x", "nothing = None\nnothing(x)\nreturn x", monkeypatch) == []

"""KO108: new optimizer in a static graph."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from checked import failed

CELL = "from tensorflow import keras\nopt = keras.optimizers.Adam(0.1)\nmodel.fit(x, y)"
ERROR = AttributeError("'Adam' object has no attribute 'get_updates'")


def told(monkeypatch, mode, target="tensorflow==2.15.1", cell=CELL):
    context = SimpleNamespace(default_execution_mode=mode, GRAPH_MODE=0, EAGER_MODE=1)
    monkeypatch.setitem(sys.modules, "tensorflow.python.eager.context", context)
    return [problem for problem in failed(target, cell, ERROR) if problem.rule == "KO108"]


@pytest.mark.parametrize(("mode", "target"), [(1, "tensorflow==2.15.1"), (0, "tensorflow==2.16.2")])
def test_nothing_is_said_without_a_graph_or_legacy_optimizers(monkeypatch, mode, target):
    assert told(monkeypatch, mode, target) == []


def test_the_optimizers_of_the_cell_become_legacy_ones(monkeypatch):
    (problem,) = told(monkeypatch, 0)
    assert problem.fixes[0].source == CELL.replace("optimizers.Adam", "optimizers.legacy.Adam")
    assert problem.fixes[0].verified


def test_an_optimizer_of_an_earlier_cell_is_named(monkeypatch):
    (problem,) = told(monkeypatch, 0, cell="model.fit(x, y)")
    assert problem.fixes[0].title.startswith("Take tf.keras.optimizers.legacy.Adam, with the same arguments.")


def test_an_optimizer_that_keras_cannot_make_a_legacy_one_of():
    def convert_to_legacy_optimizer(optimizer):
        raise NotImplementedError("numpy() is only available when eager execution is enabled.")

    adam = type("Adam", (), {"__module__": "keras.src.optimizers.adam"})()
    try:
        convert_to_legacy_optimizer(adam)
    except NotImplementedError as error:
        problem = failed("tensorflow==2.15.1", CELL, error)[0]
    assert problem.rule == "KO108" and problem.fixes[0].verified

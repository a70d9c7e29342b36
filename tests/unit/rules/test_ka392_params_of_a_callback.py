"""KA392: what fit tells a callback."""

from __future__ import annotations

import pytest
from refusals import rules, told

PARAMS = {"verbose": 0, "epochs": 2, "steps": 1}
Callback = type("Callback", (), {"__module__": "keras.src.callbacks.callback"})
CELL = "class Plot(Callback):\n    def begin(self):\n        {}\n\nplot = Plot()\nplot.params = params\nplot.begin()"


@pytest.mark.parametrize(
    "line, advice",
    [
        ("self.names = self.params['metrics']", "logs.items()"),
        ("names = list(self.params.get('metrics'))", "logs.items()"),
        ("print(self.params['samples'])", "Plot(samples=len(x_train))"),
        ("print(self.params['batch_size'])", "Plot(batch_size=32)"),
    ],
)
def test_what_is_gone_is_told(line, advice):
    (problem,) = told(CELL.format(line), Callback=Callback, params=PARAMS, __name__="__main__")
    assert problem.rule == "KA392"
    assert advice in problem.fixes[0].title


def test_what_has_another_name_is_renamed():
    cell = CELL.format("print(self.params['nb_epoch'])")
    (problem,) = told(cell, Callback=Callback, params=PARAMS, __name__="__main__")
    assert problem.fixes[0].source == cell.replace("nb_epoch", "epochs")


@pytest.mark.parametrize("line", ["print(self.params['mine'])", "print(params['metrics'])"])
def test_other_keys_and_dictionaries_are_not_told(line):
    assert "KA392" not in rules(CELL.format(line), Callback=Callback, params=PARAMS, __name__="__main__")

"""KA327: names of metrics."""

from __future__ import annotations

import pytest
from checked import KERAS_2
from refusals import model, rules, told

LOSS = ["loss", "compile_metrics"]


def trained():
    return model(AttributeError("nothing"), metrics_names=LOSS)


@pytest.mark.parametrize(
    "cell", ["{'loss': 1}['mae']", "['loss'].index('mae')", "history['mae']", "names = ['a']\nnames[4]"]
)
def test_other_dictionaries_and_lists_are_not_told(cell):
    assert "KA327" not in rules(cell, m=trained(), history={"loss": [1]})


CELLS = [
    "m.metrics_names.index('mae')",
    "dict(zip(m.metrics_names, [1.0, 2.0]))['mae']",
    "results = dict(zip(m.metrics_names, [1.0, 2.0]))\nprint(results['mae'])",
]


@pytest.mark.parametrize("cell", CELLS)
def test_keras_2_has_the_names(cell):
    assert "KA327" not in rules(cell, KERAS_2, m=trained())


@pytest.mark.parametrize("cell", CELLS)
def test_the_names_of_single_metrics_come_with_a_dictionary(cell):
    problem = told(cell, m=trained())[0]
    assert problem.rule == "KA327"
    assert "return_dict=True" in problem.fixes[0].title

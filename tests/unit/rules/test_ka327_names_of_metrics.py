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


NAMES = "dict(zip(m.metrics_names, {}))"


@pytest.mark.parametrize(
    ("cell", "works", "grade"),
    [
        (f"{NAMES.format('m.evaluate(1, y=2)')}['mae']", "m.evaluate(1, y=2, return_dict=True)['mae']", "verified"),
        (
            f"score = m.evaluate(1)\nresults = {NAMES.format('score')}\nresults['mae']",
            "score = m.evaluate(1, return_dict=True)\nresults = score\nresults['mae']",
            "check the result",
        ),
        (
            "score = m.evaluate(1)\nscore[m.metrics_names.index('mae')]",
            "score = m.evaluate(1, return_dict=True)\nscore['mae']",
            "check the result",
        ),
    ],
)
def test_evaluate_gives_a_dictionary(cell, works, grade):
    m = trained()
    type(m).evaluate = lambda self, x, y=None: [1.0, 2.0]
    problem = told(cell, m=m)[0]
    assert problem.rule == "KA327"
    assert (problem.fixes[0].source, problem.fixes[0].applicability) == (works, grade)


def test_values_that_are_used_otherwise_stay_a_list():
    m = trained()
    type(m).evaluate = lambda self, x: [1.0, 2.0]
    problem = told(f"score = m.evaluate(1)\nprint(score[0], {NAMES.format('score')}['mae'])", m=m)[0]
    assert problem.rule == "KA327" and not any(fix.source for fix in problem.fixes)
    assert "results = model.evaluate(x, y, return_dict=True), then results['mae']" in problem.fixes[0].title


def test_a_dictionary_of_an_earlier_cell_shows_by_its_keys_what_it_was_made_of():
    assert rules("results['accuracy']", m=trained(), results={"loss": 1.0, "compile_metrics": 2.0}) == ["KA327"]

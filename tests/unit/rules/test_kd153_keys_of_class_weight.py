"""KD153: keys of class_weight."""

from __future__ import annotations

import numpy as np
import pytest
from contracts import network, titles
from refusals import compiled, rules, told

from kerasmagic.rules.contracts.kd153_keys_of_class_weight import check

EXPECTED = ValueError("Expected `class_weight` to be a dict with keys from 0 to one less than the number of classes")
OUTPUTS = ValueError("`class_weight` is only supported for Models with a single output.")
X, Y = np.ones((4, 3)), np.array([0, 1, 2, 1])
CELL = "model.fit(x, y, class_weight=w)"


@pytest.mark.parametrize("weights", [{0: 1.0, 1: 2.0}, {0: 1.0}, {}, None, {np.int64(0): 1.0}])
def test_class_numbers_are_not_told_before(weights):
    assert titles(check, network(), x=X, y=Y, class_weight=weights) == []


@pytest.mark.parametrize("weights", [{"cat": 1.0, "dog": 2.0}, {"out": {0: 1.0, 1: 5.0}}])
def test_other_keys_are_told_before(weights):
    assert len(titles(check, network(), x=X, y=Y, class_weight=weights)) == 1


def test_other_refusals_are_not_told():
    model = compiled(ValueError("It is not known"), (None, 3))
    assert "KD153" not in rules(CELL, model=model, x=X, y=Y, w={1: 1.0})


def test_names_of_classes_become_their_numbers():
    (problem,) = told(CELL, model=compiled(EXPECTED, (None, 3)), x=X, y=Y, w={"cat": 1.0, "dog": 2.0})
    assert problem.rule == "KD153"
    assert "class_weight={0: 1.0, 1: 2.0}, if 'cat' is class 0" in problem.fixes[0].title


@pytest.mark.parametrize(
    "weights, written",
    [
        ("{1: 1.0, 2: 3.0, 3: 2.0}", "{0: 1.0, 1: 3.0, 2: 2.0}"),
        ("{0: 1.0, 1: 3.0}", "{0: 1.0, 1: 3.0, 2: 1.0}"),
        ("{0: 1.0, 2: 3.0}", "{0: 1.0, 1: 1.0, 2: 3.0}"),
    ],
)
def test_each_class_gets_its_weight(weights, written):
    cell = f"model.fit(x, y, class_weight={weights})"
    (problem,) = told(cell, model=compiled(EXPECTED, (None, 3)), x=X, y=Y)
    assert problem.fixes[0].source == f"model.fit(x, y, class_weight={written})"


def test_the_only_output_needs_no_name():
    (problem,) = told(CELL, model=compiled(EXPECTED, (None, 1)), x=X, y=Y, w={"out0": {0: 1.0, 1: 5.0}})
    assert problem.fixes[0].source == "model.fit(x, y, class_weight=w['out0'])"


@pytest.mark.parametrize("labels", ["[a, b]", "{'out0': a, 'out1': b}"])
def test_each_output_gets_weights_of_its_samples(labels):
    cell = f"model.fit(x, {labels}, class_weight=w, verbose=0)"
    weights = {"out1": {0: 1.0, 1: 5.0}}
    (problem,) = told(cell, model=compiled(OUTPUTS, (None, 3), (None, 1)), x=X, a=Y, b=Y, w=weights, np=np)
    assert problem.fixes[0].source == (
        "model.fit(x, [a, b], sample_weight=[np.ones(len(a)), np.vectorize(w['out1'].get)(b)], verbose=0)"
    )

"""KA318: inputs of different lengths."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from contracts import network

from kerasmagic.diagnosis.contract.data import describe
from kerasmagic.diagnosis.contract.training import Training
from kerasmagic.diagnosis.engine import read
from kerasmagic.rules.failures.ka318_rows_to_predict import of_call

TWO = network(((None, 3), (None, 3)))


def told(cell: str, *rows: int, method: str = "predict"):
    facts = read(cell)
    call = next(node for node in facts.cell.calls.values() if isinstance(node.func, ast.Attribute))
    data = [np.zeros((number, 3)) for number in rows]
    written = {"x": call.args[0]}
    return list(of_call(Training(method, TWO, {"x": describe(data)}, written, call, facts, True)))


@pytest.mark.parametrize(
    "method, rows", [("predict", (3, 3)), ("fit", (2, 3)), ("predict", (3,)), ("evaluate", (2, 3))]
)
def test_what_is_no_business_of_this_rule(method, rows):
    assert told("m.predict([a, b])", *rows, method=method) == []


@pytest.mark.parametrize(
    "cell, rows", [("m.predict([a, b])", (3, 2)), ("m.predict([a[:2], b])", (2, 3)), ("m.predict(data)", (2, 3))]
)
def test_only_told_where_keras_1_would_have_failed_or_the_arrays_have_no_names(cell, rows):
    (problem,) = told(cell, *rows)
    assert problem.proposals == ()


def test_the_longer_ones_are_cut_as_keras_1_did():
    (problem,) = told("p = m.predict([a, b, c])", 2, 3, 2)
    (edit,) = problem.proposals[0].edits
    assert edit.text == "b[:len(a)]"
    assert problem.proposals[0].differs

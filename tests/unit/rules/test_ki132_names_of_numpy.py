"""KI132: a name that numpy removed."""

from __future__ import annotations

import numpy as np
import pytest

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules.failures.ki132_names_of_numpy import RULE


def told(cell):
    space = {"np": np, "__name__": "__main__"}
    try:
        exec(compile(cell, "<ipython-input-1-cell>", "exec"), space)
    except Exception as error:
        return list(RULE.on_failure(Failure(error, cell, space), None))
    raise AssertionError("it runs")


@pytest.mark.parametrize("cell", ["np.flaot", "np.random.float", "np.zeros(3).mat", "{}['float']", "1 .float"])
def test_other_errors_are_silent(cell):
    assert told(cell) == []


@pytest.mark.parametrize(
    "cell, edits",
    [("x = np.float(3)", ["float"]), ("x = np.object, np.int", ["object", "int"]), ("y = np.unicode", ["str"])],
)
def test_the_line_of_the_users_gets_its_answer(cell, edits):
    (problem,) = told(cell)
    assert problem.rule == "KI132"
    assert [edit.text for edit in problem.proposals[0].edits] == edits


def test_a_name_of_the_users_own_is_not_taken_for_pythons():
    (problem,) = told("float = 3\nx = np.float")
    assert problem.proposals == ()
    assert "Write float" in problem.fixes[0].title

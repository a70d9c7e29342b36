"""KA104: argument that is ignored."""

from __future__ import annotations

import pytest
from checked import KERAS_3, problems, told

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell
from kerasmagic.rules import RULES


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.10.1", RULES.get("KA104").lesson.before) == []


def test_what_is_ignored_and_was_of_no_use_is_taken_out():
    world = TargetWorld(Target.parse(KERAS_3), RULES)
    (problem,) = check_cell("from keras.layers import Embedding\nEmbedding(3, 2, input_length=5)", world)
    assert problem.severity == "warning" and (problem.fixes[0].source or "").endswith("\nEmbedding(3, 2)")


@pytest.mark.parametrize(
    "target, cell, ignored",
    [
        ("tensorflow==2.16.2", "Adam(learning_rate=0.1, decay=1e-4)", ["decay"]),
        ("tensorflow==2.15.1", "Adam(lr=0.1)", ["lr"]),
        ("tensorflow==2.10.1", "Adam(lr=0.1, decay=1e-4)", []),
        ("tensorflow==2.16.2", "Adam(learning_rate=0.1)", []),
    ],
)
def test_an_argument_that_changes_nothing_is_a_warning(target, cell, ignored):
    text = "from tensorflow.keras.optimizers import Adam\n" + cell
    found = problems(target, text)
    assert [problem.reference.rpartition("(")[2][:-1] for problem in found if problem.rule == "KA104"] == ignored
    assert all(problem.severity == "warning" and problem.fixes for problem in found)

"""KA324: batch_dot of four axes."""

from __future__ import annotations

import pytest
from checked import KERAS_3, failed

HEAD = "import tensorflow as tf\nfrom tensorflow.keras import backend as K\n"
FOUR = "(None, 10, 10, 16) and (None, 10, 100, 16)"


def told(cell: str, shapes: str = FOUR, axes: str = "[2, 3]"):
    message = f"Cannot do batch_dot on inputs with tf.shapes {shapes} with axes={axes}. x.shape[2] != y.shape[3]."
    return [problem for problem in failed(KERAS_3, cell, ValueError(message)) if problem.rule == "KA324"]


def test_of_three_axes_it_computes_what_it_did():
    assert told(f"{HEAD}K.batch_dot(a, b, [1, 2])", "(2, 3, 4) and (2, 3, 5)", "[1, 2]") == []


@pytest.mark.parametrize("call", ["K.batch_dot(a, b)", "K.batch_dot(a, b, axes)", "K.batch_dot(*both, [2, 3])"])
def test_where_the_axes_are_not_written_a_person_decides(call):
    (problem,) = told(f"{HEAD}K.batch_dot(c, d, [2, 3])\n{call}")
    assert [fix.kind for fix in problem.fixes] == ["manual"]


def test_all_calls_take_the_function_as_it_was():
    cell = f"{HEAD}\n@keep\nclass Capsule:\n    def call(self, c, u):\n        o = K.batch_dot(c, u, [2, 2])\n"
    cell += "        return K.batch_dot(o, u, axes=[2, 3])\n"
    (problem,) = told(cell)
    fix = problem.fixes[0]
    assert fix.applicability == "check the result"
    assert "K.batch_dot" not in fix.source
    assert fix.source.index("def batch_dot_of") < fix.source.index("@keep")
    assert fix.source.count("batch_dot_of_keras_2_2(") == 3

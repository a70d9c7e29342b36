"""KD157: tensors of a loop in a graph."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

SAYS = TypeError("<tf.Tensor 'mul:0' shape=() dtype=int32> is out of scope and cannot be used here. Use return values")
CELL = """def squares(n):
    found = []
    for i in tf.range(n):
        found.append(i * i)
    return {}
squares(3)"""


class tf:
    range = range
    stack = staticmethod(refused(SAYS))
    __module__ = "tensorflow"


def of(use):
    cell = "import tensorflow as tf\n" + CELL.format(use)
    return cell, told(cell.partition("\n")[2], tf=tf)


def test_other_errors_are_not_told():
    assert rules("f(1)", f=refused(TypeError("something else"))) == []

    def own():
        raise SAYS.with_traceback(None)

    assert rules("own()", own=own) == []


def test_a_list_that_a_loop_fills_is_named():
    _, (problem,) = of("tf.stack(found)")
    assert problem.rule == "KD157"
    assert problem.title == "The loop in squares fills the list found, and its tensors cannot be used behind the loop"
    assert "tf.TensorArray(tf.int32, size=0, dynamic_size=True)" in problem.fixes[0].title


@pytest.mark.parametrize("cell", ["f(kept[0])", "kept = [1]\nfor i in kept:\n    f(kept)"])
def test_what_left_a_function_by_another_way_is_returned(cell):
    (problem,) = told(cell, f=refused(SAYS), kept=[1])
    assert problem.fixes[0].title.startswith("Return the tensor from the function")

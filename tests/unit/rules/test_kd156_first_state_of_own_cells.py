"""KD156: the first state of a cell of the user's own."""

from __future__ import annotations

from checked import KERAS_2
from refusals import keras, refused, rules, told

SAYS = TypeError("Cannot convert the argument `type_value`: None to a TensorFlow DType.")
CELL = """class Own(Layer):
    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        return [zeros((batch_size, 3), {})]
own = Own(None)
own.get_initial_state({})"""


def names():
    return {"Layer": keras()["Layer"], "zeros": refused(SAYS)}


def test_a_cell_that_gets_a_type_is_not_told():
    assert "KD156" not in rules(CELL.format("dtype=dtype", "batch_size=2, dtype='int32'"), **names())
    assert "KD156" not in rules(CELL.format("dtype=dtype", "batch_size=2"), KERAS_2, **names())


def test_a_cell_without_a_type_takes_that_of_the_layer():
    for given in ("dtype", "dtype=dtype"):
        (problem,) = told(CELL.format(given, "batch_size=2"), **names())
        assert problem.rule == "KD156"
        assert "dtype or self.compute_dtype" in problem.fixes[0].title

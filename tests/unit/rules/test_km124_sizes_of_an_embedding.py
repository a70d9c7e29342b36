"""KM124: sizes of an Embedding."""

from __future__ import annotations

import numpy as np
import pytest
from refusals import layer, refused, rules, told

ASSIGNED = "Layer embedding weight shape (500, 20) is not compatible with provided weight shape (121, 20)."
CONSTANT = (
    "Eager execution of tf.constant with unsupported shape. Tensor {} has 2420 elements, but got `shape` (500, 20) "
)
MATRIX = np.ones((121, 20))


@pytest.mark.parametrize(
    "cell, says",
    [
        ("Embedding(500, 20, weights=[matrix])", "something else"),
        ("Embedding(500, 20, weights=[other])", ASSIGNED),
        ("Embedding(500, 20)", ASSIGNED),
        ("Dense(500, weights=[matrix])", ASSIGNED),
    ],
)
def test_other_layers_arrays_and_errors_are_not_told(cell, says):
    made = refused(ValueError(says))
    assert "KM124" not in rules(cell, Embedding=made, Dense=made, matrix=MATRIX, other=np.ones((4, 4)))


@pytest.mark.parametrize(
    "given, says",
    [
        ("weights=[matrix]", ASSIGNED),
        ("weights=matrix", ASSIGNED),
        ("embeddings_initializer=Constant(matrix)", CONSTANT.format("[1.0 1.0]" * 3_000)),
    ],
)
def test_the_layer_takes_the_sizes_of_the_matrix(given, says):
    cell = f"Embedding(words, 20, {given})"
    made = {"Embedding": refused(TypeError(says)), "Constant": lambda value: value}
    problem = told(cell, matrix=MATRIX, words=500, **made)[0]
    assert problem.title == "The Embedding is made for 500 rows, and matrix has 121"
    assert problem.fixes[0].source == f"Embedding(matrix.shape[0], 20, {given})"
    assert "0 to 120" in problem.fixes[0].differs


def test_set_weights_is_about_the_only_embedding_of_the_cell():
    held = layer("Embedding")
    held.set_weights = refused(ValueError(ASSIGNED))
    cell = "held = Embedding(500, 20)\nheld.set_weights([matrix])"
    problem = told(cell, Embedding=lambda *sizes: held, matrix=MATRIX)[0]
    assert "Embedding(matrix.shape[0], 20)" in problem.fixes[0].source


def test_the_row_of_the_padding_is_missing_in_the_matrix():
    says = ASSIGNED.replace("500", "122")
    problem = told("Embedding(122, 20, weights=[matrix])", Embedding=refused(ValueError(says)), matrix=MATRIX)[0]
    assert problem.fixes[0].source is None
    assert problem.fixes[0].title.startswith("Make matrix with (122, 20) numbers")

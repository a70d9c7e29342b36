"""``Embedding(words, size, weights=[matrix])``, or ``Constant(matrix)``, with other sizes than the matrix has."""

from __future__ import annotations

import ast
import re
from typing import Iterator, NamedTuple

from ...diagnosis.contract.data import describe
from ...diagnosis.contract.refusals import is_refused, said_plainly
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name

_SIZES, _AXES = ("input_dim", "output_dim"), ("rows", "columns")
_SHAPE = re.compile(r"[(\[](\d+), ?(\d+)[)\]]")
_REFUSED = re.compile(r"shape", re.IGNORECASE)
_END = 100
"""TensorFlow writes the whole array before the shape that it does not fit."""


class _Made(NamedTuple):
    """A call of Embedding in the cell, with the matrix for its weights."""

    call: ast.Call
    matrix: ast.expr
    shape: tuple[int, int]


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    words = f"{said_plainly(failure)} {str(failure.exception)[-_END:]}"
    if not _REFUSED.search(words):
        return
    shapes = {(int(one), int(other)) for one, other in _SHAPE.findall(words)}
    for made in _embeddings(failure) if is_refused(failure) else ():
        here = next(iter(shapes - {made.shape}), None)
        if here is not None and (made.shape in shapes or f"{made.shape[0] * made.shape[1]} elements" in words):
            yield _problem(made, here, failure)
            return


def _problem(made: _Made, here: tuple[int, int], failure: Failure) -> Problem:
    """What to say of a matrix that does not fit.

    Arguments:
        here: the shape that the layer has.
    """
    facts, there = failure.facts, made.shape
    name = failing.text_of(made.matrix, facts)
    given = dict(zip(_SIZES, made.call.args))
    given.update({item.arg: item.value for item in made.call.keywords if item.arg in _SIZES})
    wrong = [axis for axis in (0, 1) if here[axis] != there[axis]]
    places = [(given[_SIZES[axis]], axis) for axis in wrong if _SIZES[axis] in given]
    edits = tuple(Edit(facts.cell.range(node), f"{name}.shape[{axis}]") for node, axis in places)
    sizes = ", ".join(f"{_SIZES[axis]}={name}.shape[{axis}]" for axis in wrong)
    differs = f"It has rows for the numbers 0 to {there[0] - 1}: the data must have no others." if 0 in wrong else ""
    advice = f"Make the layer for the array: Embedding(…, {sizes})."
    lacks_a_row = wrong == [0] and here[0] == there[0] + 1
    if lacks_a_row:  # that of the padding: a smaller layer would have none for the last word
        advice = (
            f"Make {name} with {here} numbers: words are numbered from 1 on, and row 0 is for the padding. The vector "
            "of word i belongs into row i."
        )
    proposal = Proposal(f"Take the sizes of {name}", edits, "The shape is read from this kernel.", differs)
    return Problem(
        rule="KM124",
        severity=ERROR,
        title=f"The Embedding is made for {' and '.join(f'{here[axis]} {_AXES[axis]}' for axis in wrong)}, and {name} "
        f"has {' and '.join(str(there[axis]) for axis in wrong)}",
        cause=f"The weights of an Embedding have the shape (input_dim, output_dim); {name} has {there}.",
        reference="Embedding(weights)",
        fixes=(Fix("manual", advice),),
        proposals=(proposal,) if len(edits) == len(wrong) and not lacks_a_row else (),
    )


def _embeddings(failure: Failure) -> Iterator[_Made]:
    facts = failing.facts_of(failure)
    calls = [*failing.calls_of("Embedding", facts)] if facts is not None else []
    for call in calls:
        given = {item.arg: item.value for item in call.keywords}
        matrices = [_alone(given.get("weights")), _of_constant(given.get("embeddings_initializer"))]
        if len(calls) == 1:
            matrices += _set_weights(failure)
        for matrix in filter(None, matrices):
            shape = describe(failing.value_of(matrix, failure)).shape or ()
            if len(shape) == 2 and shape[0] is not None and shape[1] is not None:
                yield _Made(call, matrix, (shape[0], shape[1]))


def _alone(given: ast.expr | None) -> ast.expr | None:
    """The only array of a list."""
    if isinstance(given, (ast.List, ast.Tuple)):
        return given.elts[0] if len(given.elts) == 1 else None
    return given


def _of_constant(given: ast.expr | None) -> ast.expr | None:
    is_made = isinstance(given, ast.Call) and last_name(given.func).lower() == "constant"
    return next(iter(given.args), None) if isinstance(given, ast.Call) and is_made else None


def _set_weights(failure: Failure) -> Iterator[ast.expr | None]:
    """The matrix of ``layer.set_weights([matrix])`` of an Embedding, on the line that failed."""
    for call in failing.calls(failure, failure.facts):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        kind = session.class_name(failing.value_of(owner, failure))
        if last_name(call.func) == "set_weights" and call.args and kind in ("Embedding", "NoneType"):
            yield _alone(call.args[0])


RULE = Rule(
    code="KM124",
    name="sizes of an Embedding",
    lesson=Lesson(
        what="`Embedding(max_features, 100, weights=[embedding_matrix])` ends in ValueError: Layer embedding weight "
        "shape (500, 100) is not compatible with provided weight shape (121, 100).",
        why="The weights of an Embedding have a row for each number of a word, and a column for each number of its "
        "vector. The matrix has rows for the words that were found: len(word_index) + 1, most often.",
        since="keras 2.0",
        before="import keras\nimport numpy as np\nmatrix = np.ones((6, 3))\n"
        "layer = keras.layers.Embedding(10, 3, weights=[matrix])",
        after="import keras\nimport numpy as np\nmatrix = np.ones((6, 3))\n"
        "layer = keras.layers.Embedding(matrix.shape[0], 3, weights=[matrix])",
        target="tensorflow==2.21.0",
        related=("KM114",),
    ),
    on_failure=on_failure,
    is_cause=True,
)

"""K.batch_dot of tensors with four axes, which up to Keras 2.2 was a product of the last two."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import ensure_import
from ...source.nodes import last_name
from ...source.position import Range

_REFUSAL = re.compile(r"Cannot do batch_dot on inputs with (?:tf\.)?shapes (\([^)]*\)) and (\([^)]*\)) with axes=")
_NAME = "batch_dot_of_keras_2_2"
_FUNCTION = f"""\
def {_NAME}(x, y, axes):
    # Up to Keras 2.2 all axes but the last two counted samples; a tensor with fewer axes got some of length one.
    rank, missing = len(x.shape), len(y.shape) - len(x.shape)
    for _ in range(abs(missing)):
        x, y = (x[..., tf.newaxis], y) if missing > 0 else (x, y[..., tf.newaxis])
    last = len(x.shape) - 1
    product = tf.matmul(x, y, transpose_a=axes[0] != last, transpose_b=axes[1] == last)
    for _ in range(abs(missing)):
        product = tf.squeeze(product, rank - 1 if missing > 0 else -1)
    return product
"""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    found, facts = _REFUSAL.search(failure.message), failing.facts_of(failure)
    if found is None or facts is None:
        return
    one, other = (shape.count(",") + (not shape.endswith(",)")) for shape in found.groups()[:2])
    if max(one, other) < 4:
        return
    yield Problem(
        rule="KA324",
        severity=ERROR,
        title=f"K.batch_dot computes something else of {found.group(1)} and {found.group(2)} than up to Keras 2.2",
        cause="It was a product of the last two axes, for each of all other axes. From Keras 2.3 on only the first "
        "axis counts samples, and all others but one stay.",
        reference="keras.backend.batch_dot",
        fixes=(
            Fix("manual", "Write what is meant as tf.einsum: 'bin,binj->bij' for axes [2, 2] of 3 and 4 axes, then "
                "'bij,binj->bin' for axes [2, 3]."),
        ),
        proposals=tuple(_as_it_was(facts)),
    )  # fmt: skip


def _as_it_was(facts: CellFacts) -> Iterator[Proposal]:
    """All calls of the cell take the function as it was; one that computes something else now may have raised
    nothing."""
    calls = list(failing.calls_of("batch_dot", facts))
    if not calls or not all(_of_two_axes(call) for call in calls) or _NAME in facts.words:
        return
    place = _before_the_first(facts)
    if place is None:
        return
    newline = "\r\n" if "\r\n" in facts.text else "\n"
    text = _FUNCTION.replace("\n", newline)
    edits = [Edit(place, f"{text}{newline}{newline}")]
    edits += [Edit(facts.cell.range(call.func), _NAME) for call in calls]
    if facts.after.names.get("tf") != "tensorflow":
        edits += ensure_import(facts.cell, "import tensorflow as tf")
    yield Proposal(
        "Take batch_dot as it was up to Keras 2.2",
        tuple(edits),
        "The new function computes what that of Keras 2.2 did.",
        "Right for code that was written for Keras up to 2.2.",
        shown="\n".join(f"{_NAME}(…)" for _ in calls[:1]),
    )


def _of_two_axes(call: ast.Call) -> bool:
    """``K.batch_dot(x, y, [2, 3])``"""
    axes = call.args[2] if len(call.args) == 3 else next((k.value for k in call.keywords if k.arg == "axes"), None)
    numbers = axes.elts if isinstance(axes, (ast.List, ast.Tuple)) and len(axes.elts) == 2 else []
    plain = not any(isinstance(arg, ast.Starred) for arg in call.args) and len(call.args) in (2, 3)
    return plain and len(numbers) == 2 and last_name(call.func) == "batch_dot" and all(
        isinstance(each, ast.Constant) and type(each.value) is int for each in numbers
    )  # fmt: skip


def _before_the_first(facts: CellFacts) -> Range | None:
    """The line of the outermost statement with the first of the calls."""
    assert facts.cell.tree is not None
    for statement in facts.cell.tree.body:
        if any(isinstance(node, ast.Call) and last_name(node.func) == "batch_dot" for node in ast.walk(statement)):
            decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
            line = min([facts.cell.range(statement).line, *(facts.cell.range(each).line for each in decorators)])
            return Range(line, 0, line, 0)
    return None


RULE = Rule(
    code="KA324",
    name="batch_dot of four axes",
    lesson=Lesson(
        what="`K.batch_dot(c, u, [2, 2])` in a capsule layer ends in ValueError: Cannot do batch_dot on inputs, or "
        "gives a tensor with one axis too many.",
        why="Up to Keras 2.2 it multiplied the last two axes as matrices, for each of all other axes. Since Keras 2.3 "
        "only the first axis counts samples. tf.matmul and tf.einsum say which axes are meant.",
        since="keras 2.3",
        before="from tensorflow.keras import backend as K\nimport tensorflow as tf\n"
        "K.batch_dot(tf.ones((2, 3, 3, 4)), tf.ones((2, 3, 5, 4)), [2, 3])",
        after="import tensorflow as tf\n"
        "tf.matmul(tf.ones((2, 3, 3, 4)), tf.ones((2, 3, 5, 4)), transpose_a=False, transpose_b=True)",
        target="tensorflow==2.16.2",
        related=("KI112",),
    ),
    on_failure=on_failure,
)

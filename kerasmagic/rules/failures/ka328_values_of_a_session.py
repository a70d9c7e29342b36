"""``tensor.eval()``: the value of a tensor as a session of TensorFlow 1 gave it."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import raised_by_keras
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.position import Range

_REFUSED = re.compile(r"^eval is not supported when eager execution is enabled")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not _REFUSED.search(failure.message) or not raised_by_keras(failure):
        return
    edits = tuple(_as_array(node, facts) for node in failing.calls(failure, facts) if _is_eval(node))
    yield Problem(
        rule="KA328",
        severity=ERROR,
        title="This tensor has its value already: eval was for the sessions of TensorFlow 1",
        cause="TensorFlow 2 computes at once, and .numpy() gives the value.",
        reference="Tensor.eval",
        fixes=() if edits else (Fix("manual", "Write tensor.numpy()."),),
        proposals=(Proposal("Write .numpy()", edits, "The message of TensorFlow says so."),) if edits else (),
    )


def _is_eval(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "eval"


def _as_array(node: ast.Call, facts: CellFacts) -> Edit:
    """``x.eval(session=session)`` as ``x.numpy()``."""
    assert isinstance(node.func, ast.Attribute)
    owner, end = failing.end_range(node.func.value, facts), facts.cell.range(node)
    return Edit(Range(owner.line, owner.column, end.end_line, end.end_column), ".numpy()")


RULE = Rule(
    code="KA328",
    name="value of a tensor in a session",
    lesson=Lesson(
        what="`x.eval()` or `x.eval(session=session)` ends in NotImplementedError: eval is not supported when eager "
        "execution is enabled.",
        why="In TensorFlow 1 a tensor had a value only in a session. TensorFlow 2 computes at once: .numpy() is the "
        "value.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\nx = tf.constant([1.0, 2.0])\ny = x.eval()",
        after="import tensorflow as tf\nx = tf.constant([1.0, 2.0])\ny = x.numpy()",
        target="tensorflow==2.21.0",
        related=("KI115",),
    ),
    on_failure=on_failure,
)

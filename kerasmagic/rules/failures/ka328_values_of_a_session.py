"""``tensor.eval()``: the value of a tensor as a session of TensorFlow 1 gave it."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import raised_by_keras
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.position import Range

_REFUSED = re.compile(r"^eval is not supported when eager execution is enabled")
_NO_GRAPH = re.compile(
    r"^The Session graph is empty|^Fetch argument .* (?:has invalid type \S*(?:EagerTensor|NoneType|ResourceVariable)"
    r"|cannot be interpreted as a Tensor\..*EagerTensor)",
    re.DOTALL,
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is not None and _NO_GRAPH.search(failure.message) and raised_by_keras(failure):
        yield _without_graph(failure, facts)
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


def _without_graph(failure: Failure, facts: CellFacts) -> Problem:
    """``sess.run(y)``, with a ``y`` that has its value."""
    called = [call for call in failing.calls_of("run", facts) if _is_of_a_session(call, failure)]
    asked = [each for call in called if call.args for each in _parts(call.args[0]) if _has_value(each, failure)]
    texts = list(dict.fromkeys(failing.text_of(each, facts) for each in asked))
    values = ", ".join(f"{text}.numpy()" for text in texts)
    names = f"{' and '.join(texts[:2])}" if 0 < len(texts) <= 2 else "The tensors"
    have = "has its value" if len(texts) == 1 else "have their values"
    write = f"Write {values} for what the session gives" if 0 < len(texts) <= 4 else "Write tensor.numpy()"
    return Problem(
        rule="KA328",
        severity=ERROR,
        title=f"{names} {have} already: a session of TensorFlow 1 finds no graph to run",
        cause="TensorFlow 2 computes each line at once, and builds no graph; variables have their values from the "
        "start, too.",
        reference="tensorflow.compat.v1.Session",
        fixes=(
            Fix("manual", f"{write}, and leave out Session, run and global_variables_initializer."),
            Fix(
                "manual",
                "To keep a program of TensorFlow 1 as it is: restart the kernel, and begin with "
                "tf.compat.v1.disable_eager_execution().",
            ),
        ),
    )


def _is_of_a_session(call: ast.Call, failure: Failure) -> bool:
    owner = failing.value_of(call.func.value, failure) if isinstance(call.func, ast.Attribute) else None
    return session.is_kind(owner, "BaseSession")


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]


def _has_value(node: ast.expr, failure: Failure) -> bool:
    return session.class_name(failing.value_of(node, failure)) in ("EagerTensor", "ResourceVariable")


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

"""``loss = K.variable(0.)`` and ``loss += …``: TensorFlow 1 gave a new tensor, TensorFlow 2 refuses."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit

_REFUSAL = re.compile(r"`var(?:iable)? ([-+*/])= value` with `tf\.Variable`s is not supported")
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    refused = _REFUSAL.match(failure.message)
    facts = failing.facts_of(failure) if refused else None
    changed = _on_line(failure, facts) if facts else None
    if refused is None or facts is None or changed is None:
        return
    assert facts.cell.tree is not None
    edits = [_written_out(node, facts) for node in ast.walk(facts.cell.tree) if _changes(node, changed)]
    proposal = Proposal(
        f"Write {changed} = {changed} {refused[1]} …",
        tuple(edits),
        "In TensorFlow 1 this made a new tensor, too, and left the variable as it was.",
    )
    yield Problem(
        rule="KA321",
        severity=ERROR,
        title=f"{changed} is a variable, and {refused[1]}= on one is refused while a graph is built",
        cause="TensorFlow 2 wants to know whether the variable is meant to change, or a new tensor to be made.",
        reference="tensorflow.Variable",
        proposals=(proposal,),
    )


def _on_line(failure: Failure, facts: CellFacts) -> str | None:
    """The name that is added to on the line that failed."""
    assert facts.cell.tree is not None
    for node in ast.walk(facts.cell.tree):
        if not isinstance(node, ast.AugAssign) or not isinstance(node.target, ast.Name) or type(node.op) not in _SIGNS:
            continue
        if failure.line_text in [line.strip() for line in facts.cell.lines[node.lineno - 1 : node.end_lineno]]:
            return node.target.id
    return None


def _changes(node: ast.AST, name: str) -> bool:
    named = isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == name
    return named and type(node.op) in _SIGNS  # type: ignore[attr-defined]


def _written_out(node: ast.AST, facts: CellFacts) -> Edit:
    assert isinstance(node, ast.AugAssign)
    name = facts.cell.segment(facts.cell.range(node.target))
    value = facts.cell.segment(facts.cell.range(node.value))
    sign = _SIGNS[type(node.op)]
    plain = isinstance(node.value, (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript))
    if "\n" in value or not (plain or (sign == "+" and isinstance(node.value, ast.BinOp))):
        value = f"({value})"
    return Edit(facts.cell.range(node), f"{name} = {name} {sign} {value}")


RULE = Rule(
    code="KA321",
    name="adding to a variable",
    lesson=Lesson(
        what="`loss = K.variable(0.)`, then `loss += K.sum(x)`: RuntimeError, variable += value is not supported.",
        why="In the graphs of TensorFlow 1, += made a new tensor under the old name. TensorFlow 2 does not guess, "
        "since you may want the variable to change: loss = loss + K.sum(x) says that a tensor is meant.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\ntf.compat.v1.disable_eager_execution()\nloss = tf.Variable(0.0)\n"
        "loss += tf.constant(1.0)",
        after="import tensorflow as tf\ntf.compat.v1.disable_eager_execution()\nloss = tf.Variable(0.0)\n"
        "loss = loss + tf.constant(1.0)",
        target="tensorflow==2.16.2",
        related=("KA320",),
    ),
    on_failure=on_failure,
)

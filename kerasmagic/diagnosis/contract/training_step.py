"""The step of training that a first fit leaves in a model when it fails on the way.

Keras keeps the step as ``model.train_function`` and uses it for the next fit, too. TensorFlow lets it make variables in
its first call only: where that failed before the optimizer made its own, every later fit ends in ``ValueError: Creating
variables on a non-first call to a function decorated with tf.function``. Setting ``train_function`` to None makes it
anew, and so does compile. In Keras 3 the fit that said so has left variables of a graph in the optimizer, which has to
be made anew as well (all measured in TensorFlow 2.4, 2.10, 2.11, 2.12 and 2.15, and in Keras 3.13 and 3.15).
"""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

from ...source.edits import Edit
from ...source.position import Range
from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.failure import Failure
from ..model.problem import Fix, Problem, Proposal
from .network import is_network
from .training import TRAINING, failed_training

_WORDS = ", and let Keras make its step of training anew"


class LeftStep(NamedTuple):
    """A step that no later fit can use."""

    model: str
    """How the cell names the model."""
    edit: Edit
    """What lets Keras make the step anew, before the call of fit, or before the loop that calls it."""


REUSED = "Creating variables on a non-first call to a function decorated with tf.function"
"""What the next fit says."""


def left_step(failure: Failure) -> LeftStep | None:
    """The step that a failed fit left in a live model; None where the next fit makes its own, or can go on."""
    call = failed_training(failure)
    if call is None or call.facts is None or call.call is None or call.method not in TRAINING:
        return None
    owner = call.call.func.value if isinstance(call.call.func, ast.Attribute) else None
    model = failing.value_of(owner, failure)
    statement = next((node for node in call.facts.cell.placed if _makes(node, call.call)), None)
    if owner is None or statement is None or not _has_step(model):
        return None
    if REUSED not in failure.message and not _has_not_begun(session.own(model, "optimizer")):
        return None
    name = failing.text_of(owner, call.facts)
    lines = [f"{name}.train_function = None"]
    if REUSED in failure.message and not _is_of_keras_2(session.own(model, "optimizer")):
        lines.insert(0, f"{name}.optimizer = type({name}.optimizer).from_config({name}.optimizer.get_config())")
    if _is_made_here(name, call.facts.cell.placed):
        return None
    where = call.facts.cell.range(_once(statement, name, call.facts.cell.placed))
    place = Range(where.line, where.column, where.line, where.column)
    indent = "\n" + " " * where.column
    return LeftStep(name, Edit(place, indent.join(lines) + indent))


def with_new_step(problem: Problem, failure: Failure) -> Problem:
    """A problem of a failed fit, whose ways out also let the next fit make its step anew."""
    if not problem.proposals and all(fix.kind != "manual" for fix in problem.fixes):
        return problem
    left = left_step(failure)
    if left is None or any("ompile" in fix.title for fix in problem.fixes if not problem.proposals):
        return problem
    if problem.proposals:
        return problem._replace(proposals=tuple(_extended(each, left) for each in problem.proposals))
    advice = Fix(
        "manual",
        f"Then let Keras make its step of training anew before fit: {left.model}.train_function = None, or compile "
        "again. The fit that failed has left half of it in the model.",
    )
    return problem._replace(fixes=(*problem.fixes, advice))


def _extended(proposal: Proposal, left: LeftStep) -> Proposal:
    if "compile(" in "".join(edit.text for edit in proposal.edits):
        return proposal
    return proposal._replace(title=proposal.title + _WORDS, edits=(*proposal.edits, left.edit))


def _makes(node: ast.AST, call: ast.Call) -> bool:
    return isinstance(node, (ast.Expr, ast.Assign)) and any(each is call for each in ast.walk(node.value))


def _once(statement: ast.AST, model: str, placed: list[ast.AST]) -> ast.AST:
    """The outermost loop around a statement, or itself: once is enough, and a step that each round makes anew is slow.

    Not out of a function, which somebody may call again, nor out of a loop that sets what the model is reached by.
    """
    functions = [node for node in placed if isinstance(node, _FUNCTIONS) and _is_in(statement, node)]
    inside = max(functions, key=lambda node: node.lineno, default=None)
    root = model.partition(".")[0].partition("[")[0]
    for loop in placed:
        around = isinstance(loop, _LOOPS) and _is_in(statement, loop) and (inside is None or _is_in(loop, inside))
        if around and not any(_sets(node, root) for node in ast.walk(loop)):
            return loop
    return statement


def _sets(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)


_LOOPS = (ast.For, ast.While)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _is_in(node: ast.AST, outer: ast.AST) -> bool:
    return node is not outer and any(each is node for each in ast.walk(outer))


def _has_step(model: Any) -> bool:
    made = is_network(model) and session.own(model, "train_function") is not None
    return made and not session.own(model, "_run_eagerly")


def _has_not_begun(optimizer: Any) -> bool:
    """Whether an optimizer has made no variables for its model's weights yet."""
    if session.is_kind(optimizer, "OptimizerV2"):
        return session.own(optimizer, "_iterations") is None
    if _is_of_keras_2(optimizer):
        return not session.own(optimizer, "_built")
    return session.is_kind(optimizer, "BaseOptimizer") and session.own(optimizer, "built") is False


def _is_of_keras_2(optimizer: Any) -> bool:
    return session.is_kind(optimizer, "OptimizerV2") or session.is_kind(optimizer, "_BaseOptimizer")


def _is_made_here(name: str, placed: list[ast.AST]) -> bool:
    """Whether the cell compiles the model, or makes it: then running the cell again begins anew."""
    for node in placed:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name:
            return True
        if isinstance(node, ast.Attribute) and node.attr == "compile":
            return True
    return False

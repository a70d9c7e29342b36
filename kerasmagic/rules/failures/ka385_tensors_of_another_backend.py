"""A function of TensorFlow, in a loss or a metric, on tensors of JAX or PyTorch: Keras 3 has another backend."""

from __future__ import annotations

import ast
from types import CodeType
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...kernel.settings import keras_backend
from ...source.reference import Reference
from .tensorflow_on_tensors import of_tensorflow, with_ops

_OTHERS = {"jax": "JAX", "torch": "PyTorch"}
_SAYS = ("Can't call numpy() on Tensor that requires grad", "__array__() was called on traced array")
"""What PyTorch and JAX say where TensorFlow asks a tensor of theirs for its values."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    backend = keras_backend() if any(words in failure.message for words in _SAYS) else ""
    code = _function(failure) if backend in _OTHERS else None
    writing = written_in(code, failure) if code is not None else None
    facts = failing.facts_of(writing.failure) if writing is not None else None
    function = _written(code, facts) if code is not None and facts is not None else None
    if writing is None or facts is None or function is None:
        return
    within = facts.cell.range(function)
    calls = [each for each in of_tensorflow(facts) if within[:2] <= each.range[:2] and each.range[2:] <= within[2:]]
    if not calls:
        return
    names = ", ".join(dict.fromkeys(each.written for each in calls))
    yield Problem(
        rule="KA385",
        severity=ERROR,
        title=f"{function.name} uses functions of TensorFlow, and the backend of Keras is {_OTHERS[backend]}",
        cause=f"Keras gives it tensors of {_OTHERS[backend]}; only functions of keras.ops work with every backend.",
        reference=function.name,
        fixes=(Fix("manual", f"Write functions of keras.ops in {function.name} in the place of {names}."),),
        proposals=tuple(_by_ops(calls, facts, world)),
        earlier=writing.cell,
    )


def _function(failure: Failure) -> CodeType | None:
    """The user's function that ran last."""
    own = {frame.path for frame in failure.frames if frame.place != "package"}
    codes = [frame.f_code for frame in failing.python_frames(failure) if frame.f_code.co_filename in own]
    return codes[-1] if codes else None


def _written(code: CodeType, facts: CellFacts) -> ast.FunctionDef | None:
    """The text of a function in a cell."""
    found = [node for node in facts.cell.placed if isinstance(node, ast.FunctionDef) and node.name == code.co_name]
    return next((each for each in found if each.lineno == code.co_firstlineno), found[0] if len(found) == 1 else None)


def _by_ops(calls: list[Reference], facts: CellFacts, world: World) -> Iterator[Proposal]:
    ways = [with_ops(each, facts, world) for each in calls]
    edits = tuple(dict.fromkeys(edit for way in ways if way is not None for edit in way.edits))
    first = next((way for way in ways if way is not None), None)
    if first is not None and None not in ways:
        title = "Use functions of keras.ops"
        yield Proposal(
            title, edits, differs="They have the names of those functions; that they compute the same is not checked."
        )


RULE = Rule(
    code="KA385",
    name="TensorFlow with another backend of Keras",
    lesson=Lesson(
        what="With KERAS_BACKEND=torch or jax, a loss with `tf.reduce_mean(tf.square(a - b))` ends in RuntimeError: "
        "Can't call numpy() on Tensor that requires grad, or in TracerArrayConversionError.",
        why="Keras gives losses and metrics the tensors of its backend. TensorFlow tries to make its own of them, and "
        "fails. Functions of keras.ops work with every backend.",
        since="keras 3.0",
        related=("KA304", "KA386"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

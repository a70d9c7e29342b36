"""``loss_fn(logits, y)`` and ``metric.update_state(predictions, y)``: the labels come first."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.data import Data, describe, shown
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name

_OF_CLASSES = re.compile(r"sparse_?categorical|sparse_?top_?k", re.IGNORECASE)
"""Losses and metrics of class numbers: one number for each sample, and a column for each class in the answers."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not failing.in_library(failure):
        return
    for call in failing.calls(failure, facts):
        pair = _compared(call, failure)
        if pair is not None and _are_turned_round(*(describe(failing.value_of(node, failure)) for node in pair)):
            yield problem("KD183", _finding(call, pair, failure, facts), facts)
            return


def _compared(call: ast.Call, failure: Failure) -> tuple[ast.expr, ast.expr] | None:
    """What a loss or metric of class numbers is given by place, or by name, as labels and answers."""
    by_name = {item.arg: item.value for item in call.keywords}
    pair = (*call.args, *(by_name[name] for name in ("y_true", "y_pred") if name in by_name))
    if len(pair) < 2 or not _OF_CLASSES.search(_compares(call.func, failure)):
        return None
    return pair[0], pair[1]


def _compares(function: ast.expr, failure: Failure) -> str:
    """The name of the loss or metric of Keras that is called, or updated; empty for all else."""
    if isinstance(function, ast.Attribute) and function.attr == "update_state":
        function = function.value
    thing: Any = failing.value_of(function, failure)
    if session.is_kind(thing, "Loss") or session.is_kind(thing, "Metric"):
        return session.class_name(thing)
    return last_name(function)


def _are_turned_round(first: Data, second: Data) -> bool:
    """Whether the first has a column of fractions for each class, and the second one whole number for each row."""
    if not first.shape or not second.shape or not first.dtype.startswith("float") or not second.is_whole:
        return False
    plain = second.shape[:-1] if second.shape[-1:] == (1,) and len(second.shape) > 1 else second.shape
    return len(first.shape) >= 2 and first.shape[-1] != 1 and len(first.shape) == len(plain) + 1


def _finding(call: ast.Call, pair: tuple[ast.expr, ast.expr], failure: Failure, facts: CellFacts) -> Finding:
    called = failing.text_of(call.func, facts)
    texts = [failing.text_of(node, facts) for node in pair]
    first, second = (describe(failing.value_of(node, failure)) for node in pair)
    edits = [edit for each in _alike(call, texts, failure, facts) for edit in _swapped(each, facts)]
    return Finding(
        title=f"{called} takes the labels first, and {texts[0]} are what the model gives",
        cause=f"{texts[0]} has shape {shown(first.shape)}, {first.dtype}; {texts[1]} {shown(second.shape)}, "
        f"{second.dtype}: class numbers.",
        changes=(Change("Swap the two", tuple(edits)),),
        advice=(f"Write {called}({texts[1]}, {texts[0]}).",),
        reference="keras.losses.Loss",
    )


def _alike(call: ast.Call, texts: list[str], failure: Failure, facts: CellFacts) -> Iterator[ast.Call]:
    """The call, and the others in the same function that give a loss or metric the same two in this order."""
    functions = [node for node in facts.cell.placed if isinstance(node, ast.FunctionDef) and call in ast.walk(node)]
    for node in ast.walk(functions[-1]) if functions else [call]:
        pair = _compared(node, failure) if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and pair and [failing.text_of(each, facts) for each in pair] == texts:
            yield node


def _swapped(call: ast.Call, facts: CellFacts) -> Iterator[tuple[ast.expr, str]]:
    pair = [*call.args, *(item.value for item in call.keywords if item.arg in ("y_true", "y_pred"))][:2]
    yield from zip(pair, (failing.text_of(node, facts) for node in reversed(pair)))


RULE = Rule(
    code="KD183",
    name="labels behind the answers",
    lesson=Lesson(
        what="`loss_fn(logits, y)` or `metric.update_state(predictions, y)` ends in an error about shapes or ranks.",
        why="Losses and metrics of Keras take the labels first, y_true, and then what the model gives, y_pred.",
        since="keras 2.0",
        before="import numpy as np\nfrom tensorflow import keras\ny = np.array([0, 2])\n"
        "predictions = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]], 'float32')\n"
        "loss_fn = keras.losses.SparseCategoricalCrossentropy()\nloss = loss_fn(predictions, y)",
        after="import numpy as np\nfrom tensorflow import keras\ny = np.array([0, 2])\n"
        "predictions = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]], 'float32')\n"
        "loss_fn = keras.losses.SparseCategoricalCrossentropy()\nloss = loss_fn(y, predictions)",
        target="tensorflow==2.21.0",
        related=("KD103", "KD151"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

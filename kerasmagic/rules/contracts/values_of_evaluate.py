"""``loss, accuracy = model.evaluate(x, y)``: how many values a model's methods give."""

from __future__ import annotations

import ast
import re

from ...diagnosis.contract.answer import Finding
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import last_name

_UNPACKED = re.compile(
    r"cannot unpack non-iterable (?:numpy\.)?float\d* object|too many values to unpack|not enough values to unpack"
    r"|iteration over a 0-d array"
)
_GIVE_NUMBERS = ("evaluate", "train_on_batch", "test_on_batch")
_ONE_NUMBER = re.compile(
    r"^'(?:numpy\.)?float\d*' object is not subscriptable|^too many indices for array: array is 0-dim"
    r"|^invalid index to scalar"
)
NUMBERS_OF_EVALUATE = Finding(
    "evaluate, or train_on_batch, gives another number of values than the line takes",
    "It gives the loss and one number for each of the metrics of compile; without metrics it gives the loss alone, "
    "which is no list.",
    advice=(
        "Take the loss alone, loss = model.evaluate(…), or compile with metrics=['accuracy'] for loss, accuracy = "
        "model.evaluate(…). evaluate(…, return_dict=True) gives them by name.",
    ),
    reference="evaluate",
)


def takes_other_numbers(failure: Failure) -> bool:
    """Whether a line takes another number of values than evaluate, or train_on_batch, gives."""
    facts = failing.facts_of(failure)
    if _UNPACKED.match(failure.message) and not failing.in_library(failure):
        return facts is not None and _unpacks_evaluate(failure, facts)
    return bool(_ONE_NUMBER.match(failure.message)) and _asks_a_number(failure)


def _asks_a_number(failure: Failure) -> bool:
    """``score[1]``, with ``score = model.evaluate(x, y)`` of a model without metrics."""
    facts = failing.facts_of(failure)
    asked = (node.value for node in failing.nodes(failure, facts) if isinstance(node, ast.Subscript)) if facts else ()
    return any(isinstance(node, ast.Name) and failing.last_made_by(node.id, failure) in _GIVE_NUMBERS for node in asked)


def _unpacks_evaluate(failure: Failure, facts: CellFacts) -> bool:
    """``loss, accuracy = model.evaluate(x, y)``"""
    asked = [call for call in failing.calls(failure, facts) if last_name(call.func) in _GIVE_NUMBERS]
    models = [call.func.value for call in asked if isinstance(call.func, ast.Attribute)]
    unpacked = [
        node.value
        for node in facts.cell.placed
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Tuple, ast.List))
    ]
    is_model = any(session.is_kind(failing.value_of(each, failure), "Model") for each in models)
    return is_model and any(call in unpacked for call in asked)

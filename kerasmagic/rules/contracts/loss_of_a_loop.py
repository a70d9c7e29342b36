"""``loss_fn(y, logits)`` in a loop of the user's, of a loss that takes columns, with labels that are class numbers."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import describe, shown
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import last_name

_OF_COLUMNS, _OF_NUMBERS = "CategoricalCrossentropy", "SparseCategoricalCrossentropy"


def columns_for_numbers(failure: Failure, facts: CellFacts) -> Finding | None:
    for call in failing.calls(failure, facts):
        loss: Any = failing.value_of(call.func, failure)
        if len(call.args) != 2 or not session.is_kind(loss, _OF_COLUMNS):
            continue
        labels, answers = (describe(failing.value_of(node, failure)) for node in call.args)
        if labels.is_whole and answers.shape and labels.shape == answers.shape[:-1] and answers.shape[-1] != 1:
            name, text = failing.text_of(call.func, facts), failing.text_of(call.args[0], facts)
            return Finding(
                title=f"{text} holds class numbers, {shown(labels.shape)}, and {name} takes a column for each class",
                cause=f"The model gives {shown(answers.shape)}; {_OF_COLUMNS} compares column with column.",
                changes=tuple(_of_numbers(name, facts)),
                advice=(f"Make {name} of keras.losses.{_OF_NUMBERS}, with the same from_logits.",),
                reference=f"keras.losses.{_OF_COLUMNS}",
            )
    return None


def _of_numbers(name: str, facts: CellFacts) -> Iterator[Change]:
    """The line that makes the loss, with the class for class numbers; it takes no label_smoothing."""
    for node in facts.cell.placed:
        made = node.value if isinstance(node, ast.Assign) else None
        if not isinstance(made, ast.Call) or last_name(made.func) != _OF_COLUMNS or made.args:
            continue
        named = isinstance(node, ast.Assign) and failing.text_of(node.targets[0], facts) == name
        taken = {item.arg for item in made.keywords} <= {"from_logits", "name", "reduction"}
        if named and taken and isinstance(made.func, ast.Attribute):
            written = failing.text_of(made.func, facts)
            edit = (made.func, written[: -len(_OF_COLUMNS)] + _OF_NUMBERS)
            yield Change("Take the loss of class numbers", (edit,), evidence="It takes class numbers.")

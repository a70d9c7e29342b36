"""``for i, (x, y) in dataset:`` where the number of the batch was to come with it: that is what enumerate gives."""

from __future__ import annotations

import ast
import re
from typing import Any

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts

_COUNTS = re.compile(r"[ijkn]|it|idx|index|step|count(?:er)?|iteration|batch_?(?:idx|index|num(?:ber)?|no|i|id)", re.I)
"""What people call the number of a batch."""


def counted(through: ast.expr, dataset: Any, facts: CellFacts) -> Finding | None:
    """The loop over a dataset whose target has a place more than its elements have parts.

    Arguments:
        through: what the loop goes through.
    """
    spec = session.attribute(dataset, "element_spec")
    parts = len(spec) if type(spec) is tuple else 1
    loops = (node for node in facts.cell.placed if isinstance(node, ast.For) and node.iter is through)
    target = next((loop.target for loop in loops), None)
    if not isinstance(target, ast.Tuple) or not isinstance(target.elts[0], ast.Name):
        return None
    number, rest = target.elts[0], target.elts[1:]
    nested = len(rest) == 1 and isinstance(rest[0], ast.Tuple) and len(rest[0].elts) == parts
    if nested and type(spec) is tuple and type(spec[-1]) is tuple:
        return None  # its elements are of this form themselves
    if not nested and (len(rest) != parts or not _COUNTS.fullmatch(number.id)):
        return None
    text, names = failing.text_of(through, facts), ", ".join(failing.text_of(each, facts) for each in rest)
    written = f"{number.id}, {names if nested or parts == 1 else f'({names})'}"
    return Finding(
        title=f"An element of {text} has {parts} part{'s' if parts > 1 else ''}, and no number",
        cause="A loop over a dataset gives the batches alone. enumerate counts them.",
        changes=(
            Change(
                "Count the batches",
                ((target, written), (through, f"enumerate({text})")),
                evidence="enumerate gives the number and the batch.",
            ),
        ),
        advice=(f"Write for {written} in enumerate({text}):.",),
        reference="tf.data.Dataset",
    )

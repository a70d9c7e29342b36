"""``optimizer.apply_gradients(gradients, variables)``: it takes one argument, the pairs that zip makes of the two."""

from __future__ import annotations

import ast
import re

from ...diagnosis.evidence.cell import CellFacts
from ...source.edits import Edit
from ...source.nodes import last_name

_VARIABLES = re.compile(r"variables|weights|params|vars$", re.IGNORECASE)


def two_lists(call: ast.Call) -> bool:
    """Whether a call of apply_gradients is given the gradients and, as its second argument, their variables. All that
    Keras ever took behind the pairs was a name."""
    if last_name(call.func) != "apply_gradients" or len(call.args) != 2:
        return False
    first, second = call.args
    pairs = isinstance(first, ast.Call) and last_name(first.func) == "zip"
    return not pairs and (isinstance(second, ast.List) or bool(_VARIABLES.search(last_name(second))))


def put_together(call: ast.Call, facts: CellFacts) -> Edit:
    """``zip(gradients, variables)`` in the place of the two."""
    both = facts.cell.range(*call.args)
    return Edit(both, f"zip({facts.cell.segment(both)})")

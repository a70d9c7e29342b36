"""``Flatten(x)``, ``Conv2D(8, 3, x)``: a layer's class that is given a tensor where its settings go."""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure

_OF_TENSORS = ("Model", "Functional")
"""Made of the tensors between which their layers lie."""


class Misplaced(NamedTuple):
    """The call of a layer's class that is given a tensor of ``keras.Input``, or a list of some."""

    call: ast.Call
    made: type
    tensor: ast.expr


def tensor_for_settings(failure: Failure, facts: CellFacts) -> Misplaced | None:
    """The call on the line that failed, or the one that made the layer which a later line takes for a tensor."""
    calls = [*failing.calls(failure, facts)]
    if _UNCALLED in failure.message:
        calls += [node for node in facts.cell.placed if isinstance(node, ast.Call)]
    for call in calls:
        made: Any = failing.value_of(call.func, failure)
        if not call.args or not session.is_layer_class(made) or session.name_of(made) in _OF_TENSORS:
            continue
        for given in call.args:
            tensors = given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given]
            values = [failing.value_of(each, failure) for each in tensors]
            if values and all(session.class_name(each) == "KerasTensor" for each in values):
                return Misplaced(call, made, given)
    return None


_UNCALLED = "built=False"
"""So Keras 3 shows a layer that was made and not called."""

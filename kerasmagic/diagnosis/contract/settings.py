"""``Flatten(x)``: a layer's class that is given a tensor where its settings go."""

from __future__ import annotations

import ast
from typing import Any

from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure

_OF_TENSORS = ("Model", "Functional")
"""Made of the tensors between which their layers lie."""


def tensor_for_settings(failure: Failure, facts: CellFacts) -> tuple[ast.Call, type] | None:
    """The call that failed and the layer's class, where its first argument is a tensor of ``keras.Input``."""
    for call in failing.calls(failure, facts):
        made: Any = failing.value_of(call.func, failure)
        if not call.args or not session.is_layer_class(made) or session.name_of(made) in _OF_TENSORS:
            continue
        if session.class_name(failing.value_of(call.args[0], failure)) == "KerasTensor":
            return call, made
    return None

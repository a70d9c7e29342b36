"""``loss.numpy()`` in a function that TensorFlow made a graph of: there the tensor itself is used.

Its value is read where the function is called."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Proposal
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_LIBRARIES = ("keras", "tf_keras", "tensorflow")
_TENSORS = ("SymbolicTensor", "Tensor")


def without_numpy(failure: Failure, facts: CellFacts) -> Iterator[Proposal]:
    """``return loss``, and ``tape.gradient(loss, …)``: what takes a tensor, or gives it to the caller."""
    asked = [call for call in failing.calls(failure, facts) if _asks(call, failure)]
    returned = [node.value for node in facts.cell.placed if isinstance(node, ast.Return)]
    calls = [call for call in failing.calls(failure, facts) if _is_of_library(call, failure)]
    of_library = [node for call in calls if last_name(call.func) != "constant" for node in call.args]
    edits = tuple(_taken_away(call, facts) for call in asked)
    if asked and all(call in of_library for call in asked):
        yield Proposal("Leave .numpy() out", edits, "The function takes the tensor itself.")
    elif asked and all(call in returned for call in asked):
        differs = "The caller gets a tensor, and reads its value by .numpy() or float(…) there."
        yield Proposal("Leave .numpy() out", edits, differs=differs)


def _asks(call: ast.Call, failure: Failure) -> bool:
    """Whether it is ``x.numpy()`` of a tensor without a value."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "numpy" or call.args or call.keywords:
        return False
    thing = failing.value_of(call.func.value, failure)
    return session.is_exactly(thing, "tensorflow", *_TENSORS)


def _is_of_library(call: ast.Call, failure: Failure) -> bool:
    """Whether a function or method of TensorFlow or Keras is called."""
    owner = failing.value_of(call.func.value, failure) if isinstance(call.func, ast.Attribute) else None
    made = failing.value_of(call.func, failure)
    module = session.module_name(owner).partition(".")[0]
    return module in _LIBRARIES or session.root(owner) in _LIBRARIES or session.root(made) in _LIBRARIES


def _taken_away(call: ast.Call, facts: CellFacts) -> Edit:
    assert isinstance(call.func, ast.Attribute)
    start, end = failing.end_range(call.func.value, facts), facts.cell.range(call)
    return Edit(Range(start.line, start.column, end.end_line, end.end_column), "")

"""Labels that were made one-hot twice: the cell with ``y = to_categorical(y)`` ran again."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.answer import Finding
from ...diagnosis.contract.data import Data, shown
from ...diagnosis.contract.fitting import SPARSE
from ...diagnosis.contract.labels import Labels, alike_in_session, labels_of, listed
from ...diagnosis.contract.training import Training
from ...diagnosis.evidence.history import bindings_of, typed_cells
from ...source.nodes import last_name

_LOOKED_AT = 10_000


def one_hot_twice(call: Training) -> Iterator[Finding]:
    made = call.network.outputs[0] if len(call.network.outputs) == 1 else ()
    count = made[-1] if len(made) == 2 else None
    if count is None or call.network.loss == SPARSE:
        return
    wrong = [each for each in labels_of(call) if _is_twice(each.data, count)]
    if not wrong:
        return
    others = alike_in_session(call, wrong, lambda data: _is_twice(data, count))
    named = [each.text for each in wrong if isinstance(each.node, ast.Name) and each.node.id == each.text]
    names = listed([each.text for each in wrong])
    verb = "was" if len(wrong) == 1 else "were"
    undo = "; ".join(f"{name} = {name}.argmax(-1)" for name in [*named, *others])
    again = "the second time is undone" if len(named) == len(wrong) else "that undoes the second time of these"
    yield Finding(
        title=f"{names} {verb} made one-hot twice, and {'has' if len(wrong) == 1 else 'have'} shape "
        f"{listed([shown(each.data.shape) for each in wrong])}",
        cause=f"to_categorical got labels that were one-hot already{_places(wrong[0], call)}, and made two numbers of "
        "each 0 and 1.",
        advice=(
            *((f"Run once: {undo}; {again}.",) if named else ()),
            f"Or make {names} again from the class numbers, and call to_categorical once.",
        ),
        reference="to_categorical(y)",
    )


def _is_twice(data: Data, count: int) -> bool:
    """Whether labels are rows of a 1 and zeros, each of these numbers as a row of two."""
    array = data.array() if len(data.shape or ()) == 3 and (data.shape or ())[1:] == (count, 2) else None
    if array is None or array.dtype.kind not in "fiub" or not len(array):
        return False
    rows = array[:_LOOKED_AT]
    ones = rows[..., 1]
    pairs = bool((rows[..., 0] + ones == 1).all()) and bool(((ones == 0) | (ones == 1)).all())
    return pairs and bool((ones.sum(axis=1) == 1).all())


def _places(labels: Labels, call: Training) -> str:
    """Where that was, if the session has it."""
    bound = bindings_of(labels.text, typed_cells(call.namespace)) if labels.text.isidentifier() else []
    made = [
        each.where
        for each in bound
        if isinstance(each.value, ast.Call) and last_name(each.value.func) == "to_categorical" and each.ran.number
    ]
    return f" ({listed(made[-2:])})" if len(made) > 1 else ""

"""One-hot labels without the column of one class, as ``get_dummies(drop_first=True)`` makes them."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Finding
from ...diagnosis.contract.data import Data, describe
from ...diagnosis.contract.fitting import ONE_HOT, Compared
from ...diagnosis.contract.training import Training
from ...diagnosis.evidence.history import Bound, Ran, bindings_of, typed_cells
from ...source.nodes import last_name

_LOOKED_AT = 10_000
_DROPPED = re.compile(r",\s*drop_first\s*=\s*True|\bdrop_first\s*=\s*True\s*,?\s*|,\s*drop\s*=\s*['\"]\w+['\"]")


def lacking_column(call: Training, of: Compared) -> Finding | None:
    """What to do about labels with one column less than the model gives, where rows of zeros stand for a class."""
    made, count = of.made[-1], (of.labels.shape or (None,))[-1]
    if of.loss != ONE_HOT or made is None or count != made - 1 or not _has_rows_of_zeros(of.labels):
        return None
    cells = typed_cells(call.namespace)
    at = next(_dropping(call, count, cells), None)
    name = call.text("y")
    if at is not None:
        text = _DROPPED.sub("", at.text)
        advice = f"{at.where[0].upper()}{at.where[1:]}: write {text}, and run the cells from there on again."
    else:
        advice = f"Make them without drop_first=True; of class numbers: keras.utils.to_categorical(numbers, {made})."
    return Finding(
        title=f"{name} lacks the column of one class: it has {count}, and the last layer gives {made}",
        cause="In some of its rows all columns are 0: they are of the class that get_dummies(drop_first=True) gives "
        "no column. With fewer units the model could never name that class.",
        advice=(advice,),
        reference="fit(y)",
    )


def _has_rows_of_zeros(labels: Data) -> bool:
    """Whether labels are rows of zeros with a 1, some of them without it."""
    array = labels.array() if len(labels.shape or ()) == 2 else None
    if array is None or array.dtype.kind not in "fiub" or not len(array):
        return False
    rows = array[:_LOOKED_AT]
    sums = rows.sum(axis=1)
    return bool(((rows == 0) | (rows == 1)).all()) and set(sums.tolist()) == {0, 1}


def _dropping(call: Training, count: int | None, cells: list[Ran]) -> Iterator[Bound]:
    """The statements that made labels of so many columns and dropped one, the newest first."""
    for name, value in (call.namespace or {}).items():
        shape = describe(value).shape if type(name) is str else None
        if shape is not None and len(shape) == 2 and shape[1] == count:
            for bound in reversed(bindings_of(name, cells)):
                if bound.value is not None and any(map(_drops, ast.walk(bound.value))):
                    yield bound


def _drops(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    given = {item.arg: item.value for item in node.keywords}
    dropped = given.get("drop_first") if last_name(node.func) == "get_dummies" else given.get("drop")
    return isinstance(dropped, ast.Constant) and dropped.value not in (False, None)

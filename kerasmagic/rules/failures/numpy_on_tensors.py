"""``np.log(x)`` of a tensor that has no values yet: the functions of keras.ops and of TensorFlow that do the same."""

from __future__ import annotations

import ast
from typing import Iterator, Mapping

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.symbols import symbols
from ...diagnosis.model.problem import Proposal
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import ensure_import

_OF_EACH_NUMBER = (
    "exp log sqrt square abs sin cos tan tanh sinh cosh sign floor ceil maximum minimum add subtract multiply"
)
_OF_AN_AXIS = {
    "mean": "reduce_mean",
    "sum": "reduce_sum",
    "max": "reduce_max",
    "min": "reduce_min",
    "prod": "reduce_prod",
}
_LISTS = {"stack": "stack", "concatenate": "concat"}
_ALL = frozenset((*_OF_EACH_NUMBER.split(), *_OF_AN_AXIS, *_LISTS))
_OF_TENSORFLOW = {**{name: f"math.{name}" for name in _OF_EACH_NUMBER.split()}, **_OF_AN_AXIS, **_LISTS}
_LIBRARIES = ("keras", "tf_keras", "tensorflow")


def instead(failure: Failure, facts: CellFacts, world: World) -> Iterator[Proposal]:
    """The cell with functions of keras.ops, or of TensorFlow where there are none, for those of NumPy on its tensors:
    on the line that failed, and where they would fail after it."""
    on_line = [call for call in failing.calls(failure, facts) if failing.function_of_numpy(call, failure)]
    on_line = [call for call in on_line if _is_of_tensors(call, failure)]
    if not on_line or not all(_is_known(call, failure) for call in on_line):
        return
    later = [call for call in symbols(failure, facts).calls if call not in on_line and _is_known(call, failure)]
    calls = [*on_line, *later]
    with_ops = lookup("keras.ops", world) is not None
    package, edits = _package(facts, with_ops, calls[0])
    for call in calls:
        name = failing.function_of_numpy(call, failure)
        function = name if with_ops else _OF_TENSORFLOW[name]
        edits.append(Edit(facts.cell.range(call.func), f"{package}.{function}"))
    shown = "keras.ops" if with_ops else "TensorFlow"
    yield Proposal(f"Use the functions of {shown}", tuple(edits), "They take the same arguments, and tensors, too.")


def _is_of_tensors(call: ast.Call, failure: Failure) -> bool:
    names = (node for item in call.args for node in ast.walk(item) if isinstance(node, ast.Name))
    things = (failing.value_of(name, failure) for name in names)
    return any(session.root(thing) in _LIBRARIES for thing in things if not isinstance(thing, type))


def _is_known(call: ast.Call, failure: Failure) -> bool:
    return failing.function_of_numpy(call, failure) in _ALL and _is_simple(call)


def _is_simple(call: ast.Call) -> bool:
    """Whether all that it is given is called the same, and stands in the same place, in each of the libraries."""
    assert isinstance(call.func, ast.Attribute)
    name, keywords = call.func.attr, {item.arg for item in call.keywords}
    if name in _OF_EACH_NUMBER.split():
        return not keywords
    if name in _LISTS:
        return keywords <= {"axis"} and len(call.args) + len(keywords) == 2
    return keywords <= {"axis", "keepdims"} and len(call.args) <= 2


def _package(facts: CellFacts, with_ops: bool, use: ast.Call) -> tuple[str, list[Edit]]:
    """How the cell names the library that has the functions, and the import that it may need for it."""
    bound: Mapping[str, str] = {
        value: name for name, value in reversed(list(facts.after.names.items())) if isinstance(value, str)
    }
    if not with_ops:
        statement = "import tensorflow as tf"
        known = bound.get("tensorflow")
        return known or "tf", [] if known else ensure_import(facts.cell, statement, facts.cell.range(use))
    if "keras.ops" in bound:
        return bound["keras.ops"], []
    for tree, path in (("keras", "ops"), ("tensorflow.keras", "ops"), ("tensorflow", "keras.ops")):
        if tree in bound:
            return f"{bound[tree]}.{path}", []
    return "ops", ensure_import(facts.cell, "from keras import ops", facts.cell.range(use))

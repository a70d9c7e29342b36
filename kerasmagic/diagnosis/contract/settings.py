"""``Flatten(x)``, ``Conv2D(8, 3, x)``: a layer's class that is given a tensor where its settings go."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator, NamedTuple

from ...source.nodes import last_name
from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure

_OF_TENSORS = ("Model", "Functional")
"""Made of the tensors between which their layers lie."""
_SYMBOLIC = ("KerasTensor",)
_TENSORS = (*_SYMBOLIC, "Tensor", "SymbolicTensor", "EagerTensor")


class Misplaced(NamedTuple):
    """The call of a layer's class that is given a tensor, or a list of some."""

    call: ast.Call
    made: type
    tensor: ast.expr
    alike: tuple[ast.Call, ...] = ()
    """Further calls of that class in the same function, which are given a tensor in the same place."""


def tensor_for_settings(failure: Failure, facts: CellFacts) -> Misplaced | None:
    """The call on the line that failed, or the one that made the layer which a later line takes for a tensor."""
    calls = [*failing.calls(failure, facts)]
    if _UNCALLED in failure.message:
        calls += [node for node in facts.cell.placed if isinstance(node, ast.Call)]
    for call in calls:
        made: Any = failing.value_of(call.func, failure)
        if not call.args or not session.is_layer_class(made) or session.name_of(made) in _OF_TENSORS:
            continue
        kinds = _TENSORS if _is_told(session.name_of(made), failure) else _SYMBOLIC
        for given in call.args:
            if _are_tensors(given, failure, kinds):
                return _with_those_beside(call, made, call.args.index(given), failure, facts)
    refused = _refusing(failure)
    return _written(*refused, failure, facts) if refused is not None else None


_UNCALLED = "built=False"
"""So Keras 3 shows a layer that was made and not called."""
_MADE = re.compile(r"<(?:tf_keras|keras|tensorflow)\.[\w.]+\.(\w+) object at ")
"""So Keras 2 does, which tells no layer that was called from one that was not."""
_TOO_MANY = re.compile(r"__init__\(\) takes (?:from \d+ to )?\d+ positional arguments? but")
_REFUSED = re.compile(r"Received: \w+=(?:tf\.)?[Tt]ensor\(|Using a symbolic `tf\.Tensor` as a Python `bool`")
"""Keras 3 about a setting that is a tensor; its own steps it may have left out by then."""


def _is_told(name: str, failure: Failure) -> bool:
    """Whether the message is about a tensor among the settings of a layer, or about such a layer."""
    shown = _MADE.search(failure.message)
    if _TOO_MANY.search(failure.message):
        return True
    return shown[1] == name if shown else failing.is_hidden(failure) and bool(_REFUSED.search(failure.message))


def _are_tensors(node: ast.expr, failure: Failure, kinds: tuple[str, ...]) -> bool:
    each = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    values = [failing.value_of(part, failure) for part in each]
    return bool(values) and all(session.class_name(value) in kinds for value in values)


def _refusing(failure: Failure) -> tuple[type, int] | None:
    """The class of Keras whose ``__init__`` failed with a tensor among its settings, and the place of the tensor. A
    tensor that has a value may be a setting, of Rescaling for one: then it is not what fails."""
    for frame in failing.python_frames(failure):
        code, layer = frame.f_code, frame.f_locals.get("self")
        if code.co_name != "__init__" or not session.is_layer_class(type(layer)):
            continue
        for place, name in enumerate(code.co_varnames[1 : code.co_argcount]):
            given = frame.f_locals.get(name)
            if name == "layer":  # of a wrapper: KD124 tells of a layer that is called in its brackets
                continue
            if session.class_name(given) in _TENSORS and failing.is_ours(given):
                return type(layer), place
    return None


def _written(made: type, place: int, failure: Failure, facts: CellFacts) -> Misplaced | None:
    """The call of that class on the failing line."""
    calls = (each for each in failing.calls(failure, facts) if _is_given(each, session.name_of(made), place))
    call = next(calls, None)
    return _with_those_beside(call, made, place, failure, facts) if call is not None else None


def _with_those_beside(call: ast.Call, made: type, place: int, failure: Failure, facts: CellFacts) -> Misplaced:
    """The call, with those of its function that give the class a tensor in the same way."""
    name = session.name_of(made)
    beside = [each for each in _in_function_of(call, facts) if _is_given(each, name, place) and each is not call]
    alike = tuple(each for each in beside if _are_tensors(each.args[place], failure, _TENSORS))
    return Misplaced(call, made, call.args[place], alike)


def _is_given(call: ast.Call, name: str, place: int) -> bool:
    return last_name(call.func) == name and len(call.args) > place


def _in_function_of(call: ast.Call, facts: CellFacts) -> Iterator[ast.Call]:
    """The calls in the innermost function that has this one; in the whole cell where none has it."""
    inside: ast.AST = facts.cell.tree or ast.Module([], [])
    for function in ast.walk(inside):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and call in ast.walk(function):
            inside = function
    return (node for node in ast.walk(inside) if isinstance(node, ast.Call))

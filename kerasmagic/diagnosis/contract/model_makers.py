"""``base_network(input_a)``: a function of the user's that makes a model, called with a tensor as if it were one."""

from __future__ import annotations

import ast
import linecache
import re
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from ...source.nodes import last_name, local_values, returned
from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.earlier import written_in
from ..evidence.failure import Failure
from ..evidence.symbols import is_symbol

_MODELS = ("Sequential", "Model", "Functional")
_SHAPES = ("shape", "input_shape", "batch_input_shape")
_LENGTHS = ("input_dim", "input_length")
_TAKES_NOTHING = re.compile(r"(\w+)\(\) takes 0 positional arguments but 1 was given")


class GivenTensor(NamedTuple):
    """The function, and which of its parameters got the tensor."""

    name: str
    caller: str
    """The line that calls it."""
    parameter: str
    """Empty where the function takes nothing."""
    place: int
    """Which argument of the call that is."""
    axis: int | None
    """Which axis of the tensor the parameter is the size of, -1 for the last; None where it is all of them but the
    samples, or not known."""
    is_shape: bool
    """Whether it is the shape of a sample."""


def tensor_for_a_maker(failure: Failure) -> GivenTensor | None:
    """The function on the way to the error that makes a model, and was called with a tensor without values."""
    steps = failure.steps
    for above, step in zip(reversed(steps[:-1]), reversed(steps)):
        frame = step.tb_frame
        if failure.namespace is None or frame.f_globals is not failure.namespace:
            continue
        taken = frame.f_code.co_varnames[: frame.f_code.co_argcount]
        parameter = next((name for name in taken if is_symbol(frame.f_locals.get(name))), "")
        definition = _made_by(frame.f_code, frame.f_globals, failure) if parameter else None
        if definition is not None:
            inside, number = above.tb_frame, above.tb_lineno
            caller = linecache.getline(inside.f_code.co_filename, number, inside.f_globals).strip()
            axis, is_shape = _use(definition, parameter)
            place = [name for name in taken if name != "self"].index(parameter)
            return GivenTensor(frame.f_code.co_name, caller, parameter, place, axis, is_shape)
    return _taking_nothing(failure)


def _taking_nothing(failure: Failure) -> GivenTensor | None:
    """``def base(): …`` called with a tensor: it did not begin to run."""
    said = _TAKES_NOTHING.search(failure.message)
    function: Any = failure.variables.get(said[1]) if said else None
    if said is None or type(function) is not FunctionType:
        return None
    made = _made_by(function.__code__, function.__globals__, failure)
    return GivenTensor(said[1], failure.line_text, "", 0, None, False) if made is not None else None


def _made_by(code: CodeType, known: Any, failure: Failure) -> ast.FunctionDef | None:
    """The definition of a function, where each of its ways gives back a model that it makes."""
    writing = written_in(code, failure)
    facts = failing.facts_of(writing.failure) if writing is not None else None
    placed = facts.cell.placed if facts is not None else ()
    found = [node for node in placed if isinstance(node, ast.FunctionDef) and node.name == code.co_name]
    if len(found) != 1:
        return None
    values = returned(found[0])
    return found[0] if values and all(_is_model(value, found[0], known) for value in values) else None


def _is_model(value: ast.expr, function: ast.FunctionDef, known: Any) -> bool:
    if isinstance(value, ast.Name):
        only = local_values(function).get(value.id)
        return isinstance(only, ast.Call) and _is_model(only, function, known)
    if not isinstance(value, ast.Call):
        return False
    made = session.value_of(value.func, known)
    if isinstance(made, type):
        bases = [session.name_of(each) for each in session.bases_of(made)]
        return session.is_class_of_keras(made) and "Model" in bases
    return made is session.UNKNOWN and last_name(value.func) in _MODELS


def _use(function: ast.FunctionDef, parameter: str) -> tuple[int | None, bool]:
    """What the function takes the parameter for: the size of an axis, or the shape of a sample."""
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        shapes = [item.value for item in call.keywords if item.arg in _SHAPES]
        shapes += call.args[:1] if last_name(call.func) == "Input" else []
        for shape in shapes:
            if last_name(shape) == parameter:
                return None, True
            sizes = shape.elts if isinstance(shape, (ast.Tuple, ast.List)) else []
            places = [place for place, size in enumerate(sizes) if last_name(size) == parameter]
            if places:
                return places[0] + 1, False
        if any(item.arg in _LENGTHS and last_name(item.value) == parameter for item in call.keywords):
            return -1, False
    return None, False

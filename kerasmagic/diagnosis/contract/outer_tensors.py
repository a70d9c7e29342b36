"""Tensors of a model that a loss or metric of the user's takes from around it, and not as an argument."""

from __future__ import annotations

from types import CellType, FunctionType
from typing import Any, Iterator, Mapping, NamedTuple

from ..evidence import session
from ..evidence.failure import Failure
from ..repair import keras2
from .compiling import functions_of, metrics_of
from .training import Training, failed_training


class OuterTensors(NamedTuple):
    function: Any
    """The function as it was given to compile."""
    call: Training
    tensors: Mapping[str, Any]
    """What it uses of the model, by the names that it has in the function."""
    others: Mapping[str, Any]
    """What else its closure holds."""
    is_metric: bool


def outer_tensors(failure: Failure) -> OuterTensors | None:
    """The function of a failed training that used tensors without values; None where that was not the trouble."""
    call = failed_training(failure) if keras2.is_about_symbols(failure) else None
    for function in functions_of(call.model).values() if call is not None else ():
        closure = dict(_closure(function))
        around = {name: function.__globals__.get(name) for name in function.__code__.co_names}
        held = {name: value for name, value in {**around, **closure}.items() if session.is_kind(value, "KerasTensor")}
        if held and call is not None:
            others = {name: closure[name] for name in closure if name not in held}
            return OuterTensors(function, call, held, others, any(each is function for each in metrics_of(call.model)))
    return None


def _closure(function: FunctionType) -> Iterator[tuple[str, Any]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        if type(cell) is CellType:
            try:
                yield name, cell.cell_contents
            except ValueError:  # it is not bound yet
                continue

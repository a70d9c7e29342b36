"""What a recurrent layer gives besides its output: ``out, h, c = LSTM(4, return_state=True)(x)``."""

from __future__ import annotations

import ast
from typing import Any

from ...source.nodes import last_name
from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.failure import Failure

_STATES = {
    "LSTM": ("forward_h", "forward_c"),
    "ConvLSTM2D": ("forward_h", "forward_c"),
    "GRU": ("forward_h",),
    "SimpleRNN": ("forward_h",),
}


def states_of(call: ast.Call, failure: Failure) -> tuple[str, tuple[str, ...]] | None:
    """The layer that is called with a tensor, and the states it gives; None for any other call."""
    made = call.func
    if isinstance(made, ast.Call):
        return _of_code(made)
    layer = failing.value_of(made, failure)
    if layer is None or not session.is_kind(layer, "Layer") or not session.is_of_keras(layer):
        return None
    return states_of_layer(layer)


def _of_code(made: ast.Call) -> tuple[str, tuple[str, ...]] | None:
    """``Bidirectional(LSTM(4, return_state=True))``"""
    name = last_name(made.func)
    if name == "Bidirectional" and made.args and isinstance(made.args[0], ast.Call):
        inner = _of_code(made.args[0])
        return (f"{name}({inner[0]})", _both_ways(inner[1])) if inner else None
    if name not in _STATES:
        return None
    state = next((item.value for item in made.keywords if item.arg == "return_state"), None)
    returns = isinstance(state, ast.Constant) and state.value is True
    if state is not None and not isinstance(state, ast.Constant):
        return None
    return name, _STATES[name] if returns else ()


def states_of_layer(layer: Any) -> tuple[str, tuple[str, ...]] | None:
    """The same of a layer that there is."""
    name = session.class_name(layer)
    if name == "Bidirectional":
        inner = states_of_layer(session.own(layer, "forward_layer"))
        return (f"{name}({inner[0]})", _both_ways(inner[1])) if inner else None
    returns = session.own(layer, "return_state")
    return (name, _STATES[name] if returns else ()) if name in _STATES and type(returns) is bool else None


def _both_ways(states: tuple[str, ...]) -> tuple[str, ...]:
    return (*states, *(name.replace("forward", "backward") for name in states))

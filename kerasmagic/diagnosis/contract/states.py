"""How many tensors the call of a recurrent layer gives: its output, and with return_state=True its last states."""

from __future__ import annotations

import ast
import re
from typing import Any, NamedTuple

from ...source.nodes import last_name
from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure

_STATES = {
    "LSTM": ("forward_h", "forward_c"),
    "ConvLSTM2D": ("forward_h", "forward_c"),
    "GRU": ("forward_h",),
    "SimpleRNN": ("forward_h",),
}
_ITERATED = re.compile(r"[Ii]terating over a symbolic|Cannot iterate over a|[Ii]terating over a `?tf\.Tensor")


class Given(NamedTuple):
    """What the call of a recurrent layer with a tensor gives."""

    layer: str
    """``LSTM``, ``Bidirectional(GRU)``"""
    states: tuple[str, ...]
    """Its states; none without return_state=True."""
    with_states: tuple[str, ...]
    """What they are with it."""
    made: ast.Call | None = None
    """The call that makes the layer, where the cell has it."""


def one_taken_apart(failure: Failure, facts: CellFacts) -> tuple[Given, int] | None:
    """``out, h, c = lstm(x)`` of a layer that gives one tensor, and how many the line takes."""
    if not _ITERATED.search(failure.message):
        return None
    on_line = list(failing.calls(failure, facts))
    for node in facts.cell.placed:
        if (
            isinstance(node, ast.Assign)
            and node.value in on_line
            and isinstance(node.targets[0], (ast.Tuple, ast.List))
        ):
            given = tensors_given(node.value, failure) if isinstance(node.value, ast.Call) else None
            if given is not None and not given.states:
                return given, len(node.targets[0].elts)
    return None


def tensors_given(call: ast.Call, failure: Failure) -> Given | None:
    """The layer that is called with a tensor, and the states it gives; None for any other call."""
    made = call.func
    if isinstance(made, ast.Call):
        return _of_code(made)
    layer = failing.value_of(made, failure)
    if layer is None or not session.is_kind(layer, "Layer") or not session.is_of_keras(layer):
        return None
    given, facts = tensors_given_by(layer), failing.facts_of(failure)
    return given._replace(made=_maker(made, facts)) if given is not None and facts is not None else given


def _maker(node: ast.expr, facts: CellFacts) -> ast.Call | None:
    """The only call in the cell whose value gets the name of the layer."""
    text = failing.text_of(node, facts)
    found = [
        each.value
        for each in facts.cell.placed
        if isinstance(each, ast.Assign) and any(failing.text_of(target, facts) == text for target in each.targets)
    ]
    return found[0] if len(found) == 1 and isinstance(found[0], ast.Call) else None


def _of_code(made: ast.Call) -> Given | None:
    """``Bidirectional(LSTM(4, return_state=True))``"""
    name = last_name(made.func)
    if name == "Bidirectional" and made.args and isinstance(made.args[0], ast.Call):
        inner = _of_code(made.args[0])
        return _both_ways(inner)._replace(made=made) if inner else None
    if name not in _STATES:
        return None
    state = next((item.value for item in made.keywords if item.arg == "return_state"), None)
    returns = isinstance(state, ast.Constant) and state.value is True
    if state is not None and not isinstance(state, ast.Constant):
        return None
    return Given(name, _STATES[name] if returns else (), _STATES[name], made)


def tensors_given_by(layer: Any) -> Given | None:
    """The same of a layer that there is."""
    name = session.class_name(layer)
    if name == "Bidirectional":
        inner = tensors_given_by(session.own(layer, "forward_layer"))
        return _both_ways(inner) if inner else None
    returns = session.own(layer, "return_state")
    if name not in _STATES or type(returns) is not bool:
        return None
    return Given(name, _STATES[name] if returns else (), _STATES[name])


def _both_ways(inner: Given) -> Given:
    return Given(f"Bidirectional({inner.layer})", _doubled(inner.states), _doubled(inner.with_states))


def _doubled(states: tuple[str, ...]) -> tuple[str, ...]:
    return (*states, *(name.replace("forward", "backward") for name in states))

"""``x = LSTM(4, return_state=True)(x)``: the several tensors of a layer, used as if they were one."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator, NamedTuple

from ...source.imports import without_keywords
from ...source.nodes import last_name
from ...source.position import Range
from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure
from .states import tensors_given, tensors_given_by

_STATE, _SCORES = "return_state", "return_attention_scores"
_SCORED = ("MultiHeadAttention", "Attention", "AdditiveAttention")
_JOIN = ("Lambda", "Concatenate", "Add", "Average", "Multiply", "Maximum", "Minimum", "Subtract", "Dot")
"""What takes a list as it is."""
_AS_ONE = re.compile(
    r"expects 1 input\(s\), but it received \d+ input tensors|^Cannot convert '\(\(|Dimension value must be integer"
    r"|should be passed an `input_shape ?`|[Ss]hapes must be equal rank|should have a single output tensor"
    r"|'(?:list|tuple)' object has no attribute '\w+'|^(?:list|tuple) indices must be integers or slices"
)
"""What Keras, TensorFlow and Python say of a list where one tensor is wanted."""


class Several(NamedTuple):
    """Several tensors of one layer, used as if they were one."""

    layer: str
    setting: str
    number: int
    """How many tensors it gives; 0 in a Sequential model, which does not say."""
    used: ast.expr
    """Where they are used; the call of the layer's class itself, where a Sequential model has it."""
    made: ast.Assign | None = None
    """The line of the cell that gives them a name."""
    whole: bool = False
    """Whether no other line of the cell takes one of them by its number."""

    @property
    def name(self) -> str:
        return self.made.targets[0].id if self.made and isinstance(self.made.targets[0], ast.Name) else ""

    @property
    def rest(self) -> str:
        """``_, _`` for the tensors behind the first."""
        return ", ".join(["_"] * (self.number - 1)) if self.number < 4 else "*_"

    @property
    def others(self) -> str:
        if self.setting == _SCORES:
            return "the scores of the attention"
        return "its last state" if self.number == 2 else "its last states"

    def edits(self, facts: CellFacts) -> tuple[tuple[Range, str], ...]:
        """What takes the first of them."""
        if isinstance(self.used, ast.Call) and last_name(self.used.func) == self.layer:
            return tuple((edit.range, edit.text) for edit in without_keywords(facts.cell, self.used, [self.setting]))
        if self.made is not None and self.whole:
            return ((failing.end_range(self.made.targets[0], facts), f", {self.rest}"),)
        return ((failing.end_range(self.used, facts), "[0]"),)


def several_for_one(failure: Failure, facts: CellFacts) -> Several | None:
    """The tensors of a layer on the line that failed, where they are given to another layer as one."""
    if not isinstance(failure.exception, (ValueError, TypeError, AttributeError)):
        return None
    if not _AS_ONE.search(failure.message):
        return None
    used = _used_as_one(failure, facts)
    found = (_of_name(node, failure, facts) if isinstance(node, ast.Name) else _of_call(node, failure) for node in used)
    return next(filter(None, found), None) or _in_a_row(failure, facts)


def _used_as_one(failure: Failure, facts: CellFacts) -> Iterator[ast.expr]:
    for node in failing.nodes(failure, facts):
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            yield node.value
        elif isinstance(node, ast.Call) and node.args and _takes_one(node, failure):
            given = node.args[0]
            yield from given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given]


def _takes_one(call: ast.Call, failure: Failure) -> bool:
    """Whether a layer of Keras's own is called, that joins no tensors."""
    made: Any = failing.value_of(call.func.func if isinstance(call.func, ast.Call) else call.func, failure)
    cls = made if isinstance(made, type) else type(made)
    return session.is_layer_class(cls) and session.name_of(cls) not in _JOIN


def _of_call(node: ast.expr, failure: Failure) -> Several | None:
    """``Dense(3)(LSTM(8, return_state=True)(x))``"""
    given = _gives(node, failure)
    return Several(*given, node) if given is not None else None


def _of_name(name: ast.Name, failure: Failure, facts: CellFacts) -> Several | None:
    values = session.members(failing.value_of(name, failure))
    made = [
        (node, given)
        for node in facts.cell.placed
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and node.lineno <= name.lineno
        and [getattr(target, "id", "") for target in node.targets] == [name.id]
        for given in [_gives(node.value, failure)]
        if given is not None and len(values) in (0, given[2])
    ]
    if made:
        node, of_it = max(made, key=lambda each: each[0].lineno)
        return Several(*of_it, name, node, not _is_taken_apart(name.id, facts))
    layer = _layer_of(values)
    given = _of_live(layer) if layer is not None else None
    return Several(*given, name) if given is not None and given[2] == len(values) else None


def _is_taken_apart(name: str, facts: CellFacts) -> bool:
    """Whether the cell takes a part of these tensors: ``encoded[1:]``, ``a, b, c = encoded``."""
    for node in facts.cell.placed:
        whole = node.value if isinstance(node, (ast.Subscript, ast.Starred, ast.Assign)) else None
        parts = node.slice if isinstance(node, ast.Subscript) else None
        if isinstance(whole, ast.Name) and whole.id == name and not isinstance(parts, ast.Tuple):
            return True
    return False


def _layer_of(values: tuple[Any, ...]) -> Any:
    """The layer that gave all of these tensors between layers."""
    made = [session.own(each, "_keras_history") for each in values if session.class_name(each) == "KerasTensor"]
    layers = [each[0] for each in made if isinstance(each, tuple) and each]
    return layers[0] if layers and len(layers) == len(values) and all(each is layers[0] for each in layers) else None


def _in_a_row(failure: Failure, facts: CellFacts) -> Several | None:
    """``model.add(LSTM(8, return_state=True))``: the layers of a Sequential model give one tensor each."""
    if not any(last_name(node.func) in ("add", "Sequential") for node in failing.calls(failure, facts)):
        return None
    made = [node for node in facts.cell.placed if isinstance(node, ast.Call) and _has(node, _STATE)]
    return Several(last_name(made[0].func), _STATE, 0, made[0]) if len(made) == 1 else None


def _gives(call: ast.expr, failure: Failure) -> tuple[str, str, int] | None:
    """The layer that is called, the setting by which it gives several tensors, and how many."""
    if not isinstance(call, ast.Call):
        return None
    given = tensors_given(call, failure)
    if given is not None and given.states:
        return given.layer, _STATE, len(given.states) + 1
    layer = failing.value_of(call.func, failure)
    name = last_name(call.func.func) if isinstance(call.func, ast.Call) else session.class_name(layer)
    return (name, _SCORES, 2) if name in _SCORED and _has(call, _SCORES) else None


def _has(call: ast.Call, setting: str) -> bool:
    values = [item.value for item in call.keywords if item.arg == setting]
    return any(isinstance(value, ast.Constant) and value.value is True for value in values)


def _of_live(layer: Any) -> tuple[str, str, int] | None:
    given = tensors_given_by(layer)
    if given is not None and given.states:
        return given.layer, _STATE, len(given.states) + 1
    return (session.class_name(layer), _SCORES, 2) if session.class_name(layer) in _SCORED else None

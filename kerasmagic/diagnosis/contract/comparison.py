"""Labels and answers of a training that failed where the one was compared with the other."""

from __future__ import annotations

import re
from types import FunctionType
from typing import NamedTuple

from ..evidence.failure import Failure
from ..evidence.inside_keras import called_functions, compares, scopes_of_the_gradient
from .compiling import functions_of
from .data import Data, Shape
from .training import failed_training

_SHAPES = re.compile(r"(?:input shapes: |ncompatible shapes: )\[([\d,? ]*)\](?:,| vs\.) \[([\d,? ]*)\]")
_TOLD = (
    (re.compile(r"target\.shape=(\([^)]*\)),? (?:and )?output\.shape=(\([^)]*\))"), False),
    (re.compile(r"Shapes (\([^)]*\)) and (\([^)]*\)) are incompatible"), False),
    (
        re.compile(r"logits`? and `?labels`? must have the same shape,?(?: received)? \((\([^)]*\)) vs (\([^)]*\))\)"),
        True,
    ),
)
"""What losses say of two shapes, and whether the labels come last."""


class OwnComparison(NamedTuple):
    """A loss or metric of the user's that computes with labels and answers that do not fit each other."""

    function: FunctionType
    labels: Data
    made: Shape


def is_of_labels(failure: Failure) -> bool:
    """Whether the tensors that do not fit are the labels and what the model gives, and not those of a computation."""
    return compares(failure) or own_comparison(failure) is not None


def own_comparison(failure: Failure) -> OwnComparison | None:
    """The user's loss or metric that failed, or what it called, where the two tensors are what Keras gave it."""
    names, told = called_functions(failure) or scopes_of_the_gradient(failure), told_labels(failure)
    shapes = told[::-1] if told is not None else two_shapes(failure)
    call = failed_training(failure) if names and shapes else None
    if call is None or call.labels is None or call.labels.shape is None or len(call.network.outputs) != 1:
        return None
    functions, made = functions_of(call.model), call.network.outputs[0]
    function = next((functions[name] for name in names if name in functions), None)
    of_labels = _as_keras_gives(call.labels.shape)
    for answers, labels in (shapes, shapes[::-1]) if function is not None else ():
        if _alike(answers[1:], made[1:]) and any(_alike(labels[1:], each[1:]) for each in of_labels):
            assert function is not None
            return OwnComparison(function, call.labels, made)
    return None


def two_shapes(failure: Failure) -> tuple[Shape, ...]:
    """The shapes of the two tensors that do not fit each other, as the message tells them; empty where it does not."""
    found = _SHAPES.search(str(failure.exception))
    return tuple(_sizes(text) for text in found.groups()) if found else ()


def told_labels(failure: Failure) -> tuple[Shape, Shape] | None:
    """The shapes of the labels and of the answers, as the message of a loss tells them."""
    for pattern, labels_last in _TOLD:
        found = pattern.search(str(failure.exception))
        if found:
            one, other = (_sizes(text.strip("()").replace("None", "?")) for text in found.groups())
            return (other, one) if labels_last else (one, other)
    return None


def _as_keras_gives(labels: Shape) -> list[Shape]:
    """Keras adds a last axis of one to labels, or takes it away, before a loss gets them."""
    return [labels, (*labels, 1), labels[:-1] if labels[-1:] == (1,) else labels]


def _sizes(text: str) -> Shape:
    return tuple(None if each.strip() == "?" else int(each) for each in text.split(",") if each.strip())


def _alike(one: Shape, other: Shape) -> bool:
    return len(one) == len(other) and all(None in pair or pair[0] == pair[1] for pair in zip(one, other))

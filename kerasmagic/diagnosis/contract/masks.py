"""A mask that reaches the loss and does not fit it: a layer took the axis of the steps away, and passed the mask on."""

from __future__ import annotations

from typing import Any, Iterator, NamedTuple

from ..evidence import session
from .data import Shape
from .network import tensor_shape


class StrayMask(NamedTuple):
    layer: Any
    """The layer that passes on the mask of its input."""
    mask: Shape
    taken: Shape
    """What the layer takes."""
    made: Shape
    """What it gives."""


def stray_mask(model: Any) -> StrayMask | None:
    """The layer whose mask does not fit what it gives, where that mask reaches an output of a model."""
    inner = session.own(model, "_functional") if session.is_kind(model, "Sequential") else None
    outputs = session.members(session.own(model if inner is None else inner, "_outputs", "outputs"))
    for tensor in outputs:
        mask = _mask(tensor)
        for step in _back(tensor) if _is_stray(tensor) else ():
            taken, made = tensor_shape(step.taken), tensor_shape(step.given)
            if mask is not None and taken is not None and made is not None and not _is_stray(step.taken):
                return StrayMask(step.layer, mask, taken, made)
    return None


class _Step(NamedTuple):
    layer: Any
    taken: Any
    given: Any


def _back(tensor: Any) -> Iterator[_Step]:
    """The layers that a tensor comes from, the last first; of a layer with several inputs the first is gone along."""
    for _ in range(1_000):
        history = session.own(tensor, "_keras_history")
        layer, place = history[:2] if isinstance(history, tuple) and len(history) == 3 else (None, None)
        nodes = session.members(session.own(layer, "_inbound_nodes", "_inbound_nodes_value"))
        node = nodes[place] if type(place) is int and 0 <= place < len(nodes) else None
        of_keras_3 = session.members(session.own(session.own(node, "arguments"), "keras_tensors"))
        taken = of_keras_3 or session.members(session.own(node, "_keras_inputs"))
        if not taken:
            return
        yield _Step(layer, taken[0], tensor)
        tensor = taken[0]


def _is_stray(tensor: Any) -> bool:
    """Whether a tensor has a mask of other axes than its own, but for the last."""
    mask, shape = _mask(tensor), tensor_shape(tensor)
    if not mask or not shape:
        return False
    return len(mask) > len(shape) - 1 or any(None not in pair and pair[0] != pair[1] for pair in zip(mask, shape))


def _mask(tensor: Any) -> Shape | None:
    return tensor_shape(session.own(tensor, "_keras_mask"))

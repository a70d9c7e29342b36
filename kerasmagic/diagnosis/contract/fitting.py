"""The loss that fits a model's last layer and its labels, where one does and no other."""

from __future__ import annotations

import ast
import math
import sys
from typing import NamedTuple

from ..evidence import session
from .data import OTHER, Data, Shape
from .network import Layer, Network, loss_name, loss_of
from .training import Training

SPARSE, ONE_HOT, BINARY, NUMBERS = (
    "sparse_categorical_crossentropy",
    "categorical_crossentropy",
    "binary_crossentropy",
    "mse",
)
_CLASSES = {
    SPARSE: "SparseCategoricalCrossentropy",
    ONE_HOT: "CategoricalCrossentropy",
    BINARY: "BinaryCrossentropy",
}
CLASS_NUMBERS, COLUMNS = "class numbers", "columns"
_MOST_CLASSES = 10_000
_OF_NUMBERS = ("linear", "relu", "tanh", "softplus", "elu", "selu", "leaky_relu", "exponential")
"""Activations of a last layer that gives numbers."""


class Compared(NamedTuple):
    """An output of a model and its labels, which a loss compares."""

    end: Layer
    """The layer that gives the output; one without a kind where that is not known."""
    made: Shape
    labels: Data
    name: str
    """What to call the labels: "the labels in y"."""
    loss: str
    """The name of Keras's own loss for it; empty for all others."""


class Fitting(NamedTuple):
    """A loss for one output."""

    name: str
    """``sparse_categorical_crossentropy``"""
    logits: bool
    """Whether it has to be told that the last layer has no softmax or sigmoid."""
    why: str
    """The last layer and the labels: "Three units with softmax, and labels that are class numbers."""
    is_seen: bool = True
    """Whether the labels are known, and not the last layer alone."""

    def written(self, keras: str) -> str:
        """How to give it to compile.

        Arguments:
            keras: what the cell calls Keras.
        """
        return of_logits(self.name, keras) if self.logits else repr(self.name)


def of_logits(name: str, keras: str) -> str:
    """A loss for a last layer without softmax or sigmoid: ``keras.losses.BinaryCrossentropy(from_logits=True)``."""
    return f"{keras}.losses.{_CLASSES[name]}(from_logits=True)"


def fitting_losses(call: Training) -> tuple[Fitting, ...]:
    """A loss for each output; empty where that of one of them is not sure."""
    found = [fitting(each) for each in compared(call)]
    return tuple(each for each in found if each is not None) if None not in found else ()


def compared(call: Training) -> list[Compared]:
    """Each output with its labels; empty where that is not known."""
    network, labels = call.network, call.labels or Data(None, OTHER)
    ends = network.ends if len(network.ends) == len(network.outputs) else (Layer(""),) * len(network.outputs)
    if len(network.outputs) == 1 and not labels.names:
        of = call.name_of("y")
        of = of if of.startswith("the ") else f"the labels in {of}"
        return [Compared(ends[0], network.outputs[0], labels, of, network.loss)]
    parts, names, losses = labels_of_each(labels, network), names_of_each(call), losses_of_each(call)
    return [Compared(*each) for each in zip(ends, network.outputs, parts, names, losses)]


def losses_of_each(call: Training) -> list[str]:
    """The name of the loss of each output; empty for those that are not Keras's own."""
    given, network = loss_of(call.model), call.network
    if type(given) is dict:
        return [loss_name(given.get(name)) for name in network.names]
    each = session.members(given)
    return [loss_name(loss) for loss in each] if len(each) > 1 else [network.loss] * len(network.outputs)


def labels_of_each(labels: Data, network: Network) -> list[Data]:
    """The labels of each output, in the order of the outputs; empty where they are put together otherwise."""
    if len(labels.parts) != len(network.outputs):
        return []
    if not labels.names:
        return list(labels.parts)
    given = dict(zip(labels.names, labels.parts))
    return [given[name] for name in network.names] if set(network.names) == set(given) else []


def names_of_each(call: Training) -> list[str]:
    """``sick`` and ``dose`` of ``[sick, dose]``; else the labels of an output by its name."""
    node, network = call.written.get("y"), call.network
    if isinstance(node, (ast.List, ast.Tuple)) and all(isinstance(each, ast.Name) for each in node.elts):
        return [f"the labels in {each.id}" for each in node.elts if isinstance(each, ast.Name)]
    names = network.names or tuple(str(place) for place in range(1, len(network.outputs) + 1))
    return [f"the labels of output {name}" for name in names]


def form_of(labels: Data, made: Shape) -> str:
    """Whether labels are a class number for each answer, or as many numbers as the model gives; else empty."""
    shape, classes = labels.shape, made[-1] if made else None
    if shape is None or classes is None or len(made) < 2:
        return ""
    single = shape[:-1] if len(shape) == len(made) and shape[-1] == 1 else shape
    if classes > 1 and len(single) == len(made) - 1 and _alike(single[1:], made[1:-1]):
        return CLASS_NUMBERS
    if classes == 1 and len(shape) == len(made) - 1:
        shape = (*shape, 1)
    return COLUMNS if len(shape) == len(made) and _alike(shape[1:], made[1:]) else ""


def _alike(given: Shape, wanted: Shape) -> bool:
    return all(None in pair or pair[0] == pair[1] for pair in zip(given, wanted))


def ending(layer: Layer) -> str:
    """The activation that a last layer ends with; empty where it is not known."""
    return "softmax" if layer.kind == "Softmax" else layer.activation


def fitting(of: Compared) -> Fitting | None:
    """The loss for one output."""
    activation, units = ending(of.end), of.made[-1] if of.made else None
    gives = f"{units} unit{'' if units == 1 else 's'} with {'no activation' if activation == 'linear' else activation}"
    if of.labels.shape is None:
        why = f"The last layer has {gives}, which is for labels of 0 and 1."
        return Fitting(BINARY, False, why, is_seen=False) if activation == "sigmoid" else None
    form = form_of(of.labels, of.made)
    if not form or not activation:
        return None
    of_shares = activation in ("sigmoid", "softmax")
    found = _for_shares(form, activation, of) if of_shares else _for_numbers(form, activation, of)
    if found is None:
        return None
    holds = {SPARSE: "class numbers", ONE_HOT: "a column for each class", NUMBERS: "numbers"}.get(found[0], "0 and 1")
    return Fitting(*found, f"The last layer has {gives}, and {of.name} are {holds}.")


def _for_shares(form: str, activation: str, of: Compared) -> tuple[str, bool] | None:
    """The loss of a layer that gives numbers between 0 and 1."""
    span, units = of.labels.range(), of.made[-1] or 0
    if form == COLUMNS and (span is None or 0 <= span[0] <= span[1] <= 1):
        if activation == "sigmoid":
            return BINARY, False
        return (ONE_HOT, False) if units > 1 else None
    numbered = form == CLASS_NUMBERS and activation == "softmax" and are_classes(of.labels, units)
    return (SPARSE, False) if numbered else None


def _for_numbers(form: str, activation: str, of: Compared) -> tuple[str, bool] | None:
    """The loss of a layer that gives any numbers."""
    units = of.made[-1] or 0
    if form == CLASS_NUMBERS:
        whole = of.labels.is_whole or of.labels.range() is not None
        return (SPARSE, True) if activation == "linear" and whole and are_classes(of.labels, units) else None
    values = of.labels.distinct(2)
    if values is not None and set(values) <= {0.0, 1.0}:
        if activation != "linear":
            return None
        return (BINARY, True) if units == 1 else (ONE_HOT, True) if is_one_hot(of.labels) else None
    known = of.labels.range() is not None or not of.labels.is_whole
    return (NUMBERS, False) if activation in _OF_NUMBERS and known and of.labels.is_numeric else None


def are_classes(labels: Data, units: int) -> bool:
    """Whether labels can be class numbers for so many units, as far as their values are known."""
    span = labels.range()
    if span is None:
        return labels.is_numeric
    if not all(map(math.isfinite, span)) or span[0] < 0 or span[1] >= units:
        return False
    values = None if labels.is_whole else labels.distinct(_MOST_CLASSES)
    return labels.is_whole or (values is not None and all(each == int(each) for each in values))


def is_one_hot(labels: Data) -> bool:
    """Whether each row has a single 1 and else 0; of what is not known by its values the shape does not tell that."""
    values = labels.distinct(2)
    if values is None or not set(values) <= {0.0, 1.0} or labels.shape is None or len(labels.shape) < 2:
        return False
    array = labels.array()
    return array is not None and bool((sys.modules["numpy"].sum(array, axis=-1) == 1).all())

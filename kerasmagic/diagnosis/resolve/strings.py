"""Strings that Keras resolves to objects of its own: which of a cell's it does not know in this world."""

from __future__ import annotations

import re
from typing import Iterator, MutableMapping
from weakref import WeakKeyDictionary

from ...source.identifiers import registers_objects
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from .world import World

PACKAGES = {
    "activation": "activations",
    "loss": "losses",
    "metric": "metrics",
    "initializer": "initializers",
    "regularizer": "regularizers",
    "constraint": "constraints",
    "optimizer": "optimizers",
}
_ALSO = {"activation": ("layers", "advanced_activations"), "loss": ("metrics",), "metric": ("losses",)}
"""Where else each release may look."""
_SHORT = {
    "metric": "accuracy acc crossentropy ce bce kld mae mse mape msle cosine auc",
    "loss": "bce kld mae mse mape msle cosine",
    "initializer": "normal uniform zero one",
}
_TRAINS = ("fit", "evaluate", "train_on_batch", "test_on_batch", "fit_generator")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_accepted: MutableMapping[World, dict[str, frozenset[str]]] = WeakKeyDictionary()


def unknown_strings(facts: CellFacts, world: World) -> Iterator[tuple[Reference, bool]]:
    """The strings that this world's Keras cannot resolve, and whether the cell itself raises for it: a loss or a metric
    is looked up when training starts.

    Nothing is said once the code has registered objects of its own.
    """
    strings = facts.by_kind.get("string")
    if not strings or facts.earlier("strings") or any(map(_registers, facts.by_kind.get("call", ()))):
        return
    for reference in strings:
        kind, _, string = reference.name.partition(":")
        accepted = known(kind, world)
        if accepted and string.isidentifier() and string.lower() not in accepted:
            yield reference, kind not in ("loss", "metric") or _is_trained_below(reference, facts)


def _registers(reference: Reference) -> bool:
    return registers_objects(reference.name)


def _is_trained_below(string: Reference, facts: CellFacts) -> bool:
    below = (each for each in facts.by_kind.get("method", ()) if each.range > string.range)
    return any(each.name.rpartition(".")[2] in _TRAINS for each in below)


def known(kind: str, world: World) -> frozenset[str]:
    """What may be accepted, in lower case; rather too much. Empty where that is not known."""
    answers = _accepted.setdefault(world, {})
    if kind not in answers:
        answers[kind] = _look_up(kind, world)
    return answers[kind]


def _look_up(kind: str, world: World) -> frozenset[str]:
    keras_3 = world.keras_3
    legacy = bool(world.target and world.target.legacy)
    if kind not in PACKAGES or legacy or (kind == "regularizer" and not keras_3):  # 2.15 takes any, and fails later
        return frozenset()
    # The tree behind tf.keras has names of Keras 2 that strings do not have in Keras 3.
    trees = ("keras", "keras.src") if keras_3 else ("keras", "keras.src", "tensorflow.keras", "tensorflow.python.keras")
    packages = (PACKAGES[kind], *(_ALSO.get(kind, ()) if not keras_3 or kind != "activation" else ()))
    own = [name for tree in trees for name in world.names(f"{tree}.{PACKAGES[kind]}")]
    names = [name for tree in trees for package in packages for name in world.names(f"{tree}.{package}")]
    snake = [_WORD.sub("_", name).lower() for name in names]
    short = [name.replace("_", "") for name in snake]
    return frozenset([*(name.lower() for name in names), *snake, *short, *_SHORT.get(kind, "").split()] if own else [])

"""Calls of a model that stand for those of a session: what Keras refuses of them is checked without Keras."""

from __future__ import annotations

from kerasmagic.diagnosis.contract.data import describe
from kerasmagic.diagnosis.contract.network import Layer, Network
from kerasmagic.diagnosis.contract.training import Training


def network(inputs=((None, 4),), outputs=((None, 3),), loss="", layers=(), kind="Functional", compiled=True, ends=()):
    made = tuple(Layer(each) if isinstance(each, str) else each for each in layers) or (Layer("Dense", "dense"),)
    return Network(kind, inputs, outputs, made, made[-1], compiled=compiled, loss=loss, keras="keras", ends=ends)


def call(made, method="fit", failed=True, **given):
    return Training(method, made, {name: describe(value) for name, value in given.items()}, failed=failed)


def titles(check, *arguments, **given):
    """What is told of a call."""
    return [finding.title for finding in check(call(*arguments, **given))]

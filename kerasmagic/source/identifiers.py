"""Strings that Keras turns into objects: ``optimizer="adam"``, ``activation="relu"``, ``losses.get("mse")``."""

from __future__ import annotations

import ast
from typing import Iterator, Tuple

from .nodes import string

Identifier = Tuple[str, str, ast.Constant]
"""What the string is to become, ``optimizer``; the string, and its literal."""

_KINDS = {
    "optimizer": "optimizer",
    "loss": "loss",
    "metrics": "metric",
    "weighted_metrics": "metric",
    "activation": "activation",
    "recurrent_activation": "activation",
}
_SUFFIXES = ("initializer", "regularizer", "constraint")
_GETTERS = {
    f"{kind}s": kind for kind in ("optimizer", "metric", "activation", "initializer", "regularizer", "constraint")
}
_GETTERS["losses"] = "loss"
_OF_ITS_OWN = ("RandomFourierFeatures",)
"""Classes that give strings a meaning of their own: kernel_initializer="gaussian" is no initializer of Keras's."""
_COMPILE = ("optimizer", "loss", "metrics")


def registers_objects(name: str) -> bool:
    """Whether a function makes Keras know strings that are not its own."""
    return "custom_object" in name or "CustomObject" in name or name.endswith("_serializable")


def in_call(node: ast.Call, name: str) -> Iterator[Identifier]:
    """Those among the arguments of a call of something of Keras's, by its canonical name."""
    owner, _, function = name.rpartition(".")
    if node.args:
        if function == "Activation":
            yield from _strings("activation", node.args[0])
        elif function == "get" and owner.rpartition(".")[2] in _GETTERS:
            yield from _strings(_GETTERS[owner.rpartition(".")[2]], node.args[0])
    if node.keywords and function not in _OF_ITS_OWN:
        yield from _in_keywords(node)


def in_compile(node: ast.Call) -> Iterator[Identifier]:
    """Those of ``anything.compile(…)``, where it looks like a model's: ``re.compile("x", re.I)`` does not."""
    if any(keyword.arg in _COMPILE for keyword in node.keywords) or (
        len(node.args) > 1
        and (string(node.args[1]) is not None or isinstance(node.args[1], (ast.List, ast.Dict)))
        and not any(type(argument) is ast.Starred for argument in node.args)
    ):
        for kind, argument in zip(("optimizer", "loss", "metric"), node.args):
            yield from _strings(kind, argument)
        yield from _in_keywords(node)


def _in_keywords(node: ast.Call) -> Iterator[Identifier]:
    for keyword in node.keywords:
        name = keyword.arg
        if name is None:
            continue
        kind = _KINDS.get(name)
        if kind is None:
            suffix = name.rpartition("_")[2]
            kind = suffix if suffix in _SUFFIXES else None
        if kind is not None:
            yield from _strings(kind, keyword.value)


def _strings(kind: str, node: ast.expr) -> Iterator[Identifier]:
    """A string, or the strings in a list or in the values of a dictionary."""
    if type(node) is ast.Constant:
        if type(node.value) is str:
            yield kind, node.value, node
    elif isinstance(node, (ast.List, ast.Tuple)):
        for item in node.elts:
            yield from _strings(kind, item)
    elif type(node) is ast.Dict:
        for item in node.values:
            yield from _strings(kind, item)

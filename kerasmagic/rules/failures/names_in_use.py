"""What tells that a lower-case name is a function of Keras: such words are the user's own more often."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.move import split_tree
from ...source.bindings import concerns_us

_MERGING = ("add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate", "dot")
"""What makes one tensor of a list of tensors, in keras.layers."""
_GIVEN_TO = {
    "regularizer": "regularizers",
    "initializer": "initializers",
    "constraint": "constraints",
    "activation": "activations",
    "loss": "losses",
    "optimizer": "optimizers",
}
"""The last word of an argument, and the package that has values for it: ``kernel_regularizer=l2(0.01)``."""


def names_that_are_meant(name: str, tree: ast.Module, failure: Failure) -> Iterator[str]:
    """Below the root of Keras, where the code shows that a function of that name comes from: "layers.concatenate"."""
    for source in (failure.source, *reversed(session.cells(failure.namespace))):
        yield from _imported(name, source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (f"{package}.{name}" for package in _packages_of_arguments(name, node))
            if name in _MERGING and _merges_tensors(name, node, failure):
                yield f"layers.{name}"


def _imported(name: str, source: str) -> Iterator[str]:
    """Where a statement imports it from, which failed or did not run."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and concerns_us(node.module):
            split = split_tree(node.module)
            for alias in node.names if split is not None else ():
                if (alias.asname or alias.name) == name and split is not None:
                    yield f"{split[1]}.{alias.name}".lstrip(".")


def _packages_of_arguments(name: str, call: ast.Call) -> Iterator[str]:
    """A name that is called there: one that is only given may lack its quotes, or be a variable."""
    for keyword in call.keywords:
        package = _GIVEN_TO.get((keyword.arg or "").rpartition("_")[2])
        if package and isinstance(keyword.value, ast.Call) and _is_named(keyword.value.func, name):
            yield package


def _merges_tensors(name: str, call: ast.Call, failure: Failure) -> bool:
    given = call.args[0] if call.args else None
    if not _is_named(call.func, name) or not isinstance(given, (ast.List, ast.Tuple)):
        return False
    return len(given.elts) > 1 and any(_is_a_tensor(each, failure) for each in given.elts)


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_a_tensor(node: ast.expr, failure: Failure) -> bool:
    """Whether something is a tensor of Keras, or what a layer gives: ``Dense(8)(x)``."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Call)
    value = session.value_of(node, failure.variables)
    return value is not session.UNKNOWN and session.is_of_keras(value)

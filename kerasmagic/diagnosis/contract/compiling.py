"""The call of compile that a cell writes, and what it gave to a live model: the loss and metrics as they were given."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any

from ...source.nodes import last_name
from ..evidence import session
from .network import loss_of
from .training import Training

_PLACES = ("optimizer", "loss", "metrics")
_KERAS = ("keras", "tf_keras", "tensorflow")


def compile_call(call: Training) -> ast.Call | None:
    """The last compile of the same model in the cell, before the call."""
    facts, fit = call.facts, call.call
    if facts is None or facts.cell.tree is None or fit is None or not isinstance(fit.func, ast.Attribute):
        return None
    model = ast.dump(fit.func.value)
    found = [
        node
        for node in ast.walk(facts.cell.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and last_name(node.func) == "compile"
        and ast.dump(node.func.value) == model
        and node.lineno <= fit.lineno
    ]
    return max(found, key=lambda node: node.lineno, default=None)


def given_to(compiled: ast.Call, name: str) -> ast.expr | None:
    """How an argument of compile is written."""
    placed = dict(zip(_PLACES, compiled.args))
    return next((item.value for item in compiled.keywords if item.arg == name), placed.get(name))


def last_argument(call: ast.Call) -> ast.expr | None:
    """What stands last between the brackets."""
    given = [*call.args, *(item.value for item in call.keywords)]
    return max(given, key=lambda node: (node.lineno, node.col_offset), default=None)


def metrics_of(model: Any) -> list[Any]:
    """The metrics as they were given to compile: names, functions, objects; of several outputs all of them."""
    container = session.own(model, "_compile_metrics", "compiled_metrics")
    given = [session.own(container, each) for each in ("_user_metrics", "_user_weighted_metrics")]
    return [metric for each in given for metric in _flat(each)]


def _flat(given: Any) -> list[Any]:
    if given is None:
        return []
    inner = list(given.values()) if type(given) is dict else session.members(given)
    return [metric for each in inner for metric in _flat(each)] if inner else [given]


def lacks_loss(model: Any) -> bool:
    """Whether a live model that could not be trained was compiled without a loss, and has no train_step of its own.

    Of one that was not tried yet that says little: layers and regularizers may add losses.
    """
    if session.own(model, "compiled", "_is_compiled") is not True or loss_of(model) is not None:
        return False
    step = session.defined(type(model), "train_step")
    return type(step) is FunctionType and str(step.__module__).partition(".")[0] in _KERAS


def functions_of(model: Any) -> dict[str, FunctionType]:
    """The user's functions among the losses and metrics that a model was compiled with, by name."""
    given = [*_flat(loss_of(model)), *metrics_of(model)]
    found = (each for each in given if type(each) is FunctionType)
    return {each.__name__: each for each in found if str(each.__module__).partition(".")[0] not in _KERAS}

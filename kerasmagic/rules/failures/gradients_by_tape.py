"""``K.gradients(model.total_loss, …)``, ``model.targets``: the gradient of the loss for data, in the user's names."""

from __future__ import annotations

import ast
from typing import Any

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Fix

OF_A_LOSS = ("targets", "total_loss", "sample_weights", "_feed_targets", "_feed_sample_weights")
"""The tensors of a model's labels, weights and loss, which Keras 2 made with the graph of its training."""
_IMPORT = "import tensorflow as tf"
_GRADIENTS = ("gradients", "get_gradients")
_OF_WEIGHTS = ("trainable_weights", "trainable_variables", "weights", "variables")


def by_tape(model: Any, member: str, failure: Failure, facts: CellFacts) -> Fix | None:
    """The same gradient by tf.GradientTape; None where the cell asks for none, or the loss of the model is not one."""
    asked = [node for node in failing.nodes(failure, facts) if isinstance(node, ast.Attribute) and node.attr == member]
    wanted = [call for name in _GRADIENTS for call in failing.calls_of(name, facts)]
    name = failing.text_of(asked[0].value, facts) if asked else ""
    loss = _loss(session.own(model, "loss"), name, failure)
    if not wanted or not name or not loss:
        return None
    by = [*wanted[0].args[1:2], *(each.value for each in wanted[0].keywords)]
    if any(isinstance(each, ast.Attribute) and each.attr in _OF_WEIGHTS for node in by for each in ast.walk(node)):
        lines: tuple[str, ...] = (
            f"with tf.GradientTape() as tape: loss = {loss}",
            f"gradients = tape.gradient(loss, {name}.trainable_variables)",
        )
    else:
        lines = (
            'x = tf.convert_to_tensor(x, "float32")',
            f"with tf.GradientTape() as tape: tape.watch(x); loss = {loss}",
            "gradient = tape.gradient(loss, x)",
        )
    if session.module_name(failure.variables.get("tf")) != "tensorflow":
        lines = (f"{_IMPORT}; {lines[0]}", *lines[1:]) if len(lines) > 2 else (_IMPORT, *lines)
    return Fix("setting", "Compute the gradient for data, with arrays x and y, in place of the graph", commands=lines)


def _loss(given: Any, model: str, failure: Failure) -> str:
    """The mean loss of a batch; empty where the model has none, or several."""
    if given is None or session.is_plain(given, list, tuple, dict) or session.members(given):
        return ""
    has_keras = session.module_name((failure.namespace or {}).get("keras")) != ""
    function = (
        f"{'keras' if has_keras else 'tf.keras'}.losses.get({given!r})" if type(given) is str else f"{model}.loss"
    )
    return f"tf.reduce_mean({function}(y, {model}(x)))"

"""A dataset whose elements have no known shapes, for a model that has: both are brought together where fit takes it."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.data import DATASET, Data, Shape, describe, lacks_shapes, shown
from ...diagnosis.contract.fitting import SPARSE
from ...diagnosis.contract.named import of_module
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem

_TITLE = "The dataset does not say what shapes its elements have, and the model needs them"
_MOST_STEPS = 50


def without_shapes(code: str, failure: Failure) -> Iterator[Problem]:
    """What to write for the dataset of a failed training."""
    call = failed_training(failure)
    given = call.given.get("x") if call is not None else None
    if call is None or given is None or given.form != DATASET or not _shapes(call):
        told = "ds.map(lambda x, y: (tf.ensure_shape(x, (None, 4)), tf.ensure_shape(y, (None,))))"
        yield problem(code, _finding("", f"Give them behind the map, {told}, with the shapes of your data."), None)
        return
    tf = of_module("tensorflow", call.facts, call.namespace)
    texts = [f"{name}.map({_ensured(tf.text, call)})" for name, _ in _datasets(call)]
    edits = tuple((node, text) for text, (_, node) in zip(texts, _datasets(call)))
    sizes = "The sizes are those of the model's input and output: the data has to have them."
    changes = (Change("Tell the shapes", edits, sizes),) if edits and tf.is_bound else ()
    found = _finding(_culprit(given.value), f"Write {call.text('x')}.map({_ensured(tf.text, call)}).")
    yield problem(code, found._replace(changes=changes), call.facts)


def _finding(culprit: str, advice: str) -> Finding:
    cause = culprit or "from_generator, py_function and numpy_function know no shapes by themselves."
    return Finding(_TITLE, cause, advice=(advice,), reference="tf.data.Dataset")


def _datasets(call: Training) -> Iterator[tuple[str, ast.expr]]:
    """The datasets of the call that lack shapes, as they are written: that of validation_data, too."""
    for role in ("x", "validation_data"):
        data, node = call.given.get(role), call.written.get(role)
        if data is not None and data.form == DATASET and lacks_shapes(data) and isinstance(node, ast.Name):
            yield node.id, node


def _shapes(call: Training) -> list[Shape]:
    """What the model takes and gives, for the parts of an element; empty where that is not known."""
    network, parts = call.network, call.given["x"].parts
    if len(network.inputs) != 1 or len(network.outputs) != 1 or len(parts) > 2 or any(each.parts for each in parts):
        return []
    made = network.outputs[0]
    return [network.inputs[0], made[:-1] if network.loss == SPARSE else made][: len(parts)]


def _ensured(tf: str, call: Training) -> str:
    """The function that tells the shapes that are not known."""
    parts, shapes = call.given["x"].parts, _shapes(call)
    names = "xy"[: len(parts)]
    texts = [_told(tf, *each) if each[0].shape is None else each[1] for each in zip(parts, names, shapes)]
    given = ", ".join(texts)
    return f"lambda {', '.join(names)}: {given if len(texts) == 1 else f'({given})'}"


def _told(tf: str, data: Data, name: str, shape: Shape) -> str:
    """Labels may have a last axis of one or not, which reshape gives or takes away."""
    if name == "y" and None not in shape[1:]:
        return f"{tf}.reshape(y, {shown((-1, *shape[1:]))})"
    return f"{tf}.ensure_shape({name}, {shown(shape)})"


def _culprit(dataset: Any) -> str:
    """The step behind which the shapes are not known, in a sentence."""
    for _ in range(_MOST_STEPS):
        before = session.own(dataset, "_input_dataset")
        if before is None or not lacks_shapes(describe(before)):
            break
        dataset = before
    kind, function = session.class_name(dataset), session.own(session.own(dataset, "_map_func"), "_func")
    if "FlatMap" in kind:
        return "from_generator knows shapes only from output_signature or output_shapes."
    if "Map" in kind and type(function) is FunctionType and function.__name__ != "<lambda>":
        return f"Behind {function.__name__} they are not known: numpy_function and py_function tell types only."
    return ""

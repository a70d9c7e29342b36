"""A metric function for compile around one of tf.metrics of TensorFlow 1, which counted in a session of its own."""

from __future__ import annotations

import ast
from typing import Iterator, NamedTuple

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.problem import Problem, Proposal
from ...diagnosis.repair import rewrite
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range


class _Metric(NamedTuple):
    """The metric of Keras that counts the same."""

    name: str
    settings: str = ""
    differs: str = ""


_BATCHES = "It counts over all batches of an epoch, as metrics of Keras do."
_HALF = f"It takes predictions above 0.5 for the second class. {_BATCHES}"
_METRICS = {
    "auc": _Metric("AUC", differs=_BATCHES),
    "precision": _Metric("Precision", differs=_BATCHES),
    "recall": _Metric("Recall", differs=_BATCHES),
    "mean_iou": _Metric("BinaryIoU", "target_class_ids=[0, 1], threshold=0.5, ", _HALF),
    "false_negatives": _Metric("FalseNegatives", differs=_BATCHES),
    "false_positives": _Metric("FalsePositives", differs=_BATCHES),
    "true_negatives": _Metric("TrueNegatives", differs=_BATCHES),
    "true_positives": _Metric("TruePositives", differs=_BATCHES),
}
"""By the names in tf.metrics."""
_TWO_CLASSES = "2"
_AROUND = """
    get_session Session run local_variables_initializer global_variables_initializer control_dependencies identity
    append mean stack arange to_int32 to_float cast round
"""
"""What such a function calls besides: none of it computes anything else."""


def as_metrics_of_keras(problem: Problem, facts: CellFacts, world: World) -> Iterator[Proposal]:
    """The function that the problem is in, as an object of Keras by the same name."""
    where = problem.range
    for function in facts.cell.placed if where is not None else ():
        if not isinstance(function, ast.FunctionDef) or not _has(facts.cell.range(function), where):
            continue
        metric = _metric(function, facts)
        name = f"tensorflow.keras.metrics.{metric.name}" if metric else ""
        whole = facts.cell.range(function)
        written = rewrite.spelled(facts.cell, (name,), facts.after, whole) if name and lookup(name, world) else None
        if metric is None or written is None or function.decorator_list:
            continue
        text = f"{function.name} = {written[0]}({metric.settings}name='{function.name}')"
        edits = (Edit(whole, text), *written[1])
        yield Proposal(
            f"Use {metric.name} of Keras", edits, f"{name} is {world.where(name)}.", metric.differs, shown=text
        )
        return


def _has(whole: Range, part: Range | None) -> bool:
    return part is not None and whole[:2] <= part[:2] and part[2:] <= whole[2:]


def _metric(function: ast.FunctionDef, facts: CellFacts) -> _Metric | None:
    """What a function of labels and predictions asks tf.metrics for, where that is one thing."""
    arguments = function.args
    if len(arguments.args) != 2 or arguments.vararg or arguments.kwarg or arguments.kwonlyargs:
        return None
    nodes = [*ast.walk(function)]
    calls = {last_name(node.func): node for node in nodes if isinstance(node, ast.Call)}
    asked = {
        reference.name.rpartition(".")[2]
        for reference in facts.references
        if reference.name.rpartition(".")[0] in ("tensorflow.metrics", "tensorflow.compat.v1.metrics")
        and _has(facts.cell.range(function), reference.range)
    }
    if len(asked) != 1 or any(isinstance(node, (ast.BinOp, ast.UnaryOp)) for node in nodes):
        return None
    (name,) = asked
    if not set(calls) <= {name, *_AROUND.split()} or (
        name == "mean_iou" and not _of_two_classes(calls.get(name), facts)
    ):
        return None
    return _METRICS.get(name)


def _of_two_classes(call: ast.Call | None, facts: CellFacts) -> bool:
    """``mean_iou(labels, predictions, 2)``"""
    given = [*call.args[2:3], *(item.value for item in call.keywords if item.arg == "num_classes")] if call else []
    return [facts.cell.segment(facts.cell.range(each)) for each in given] == [_TWO_CLASSES]

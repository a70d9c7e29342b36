"""Names of ``tf.compat.v1`` that only a program with a static graph can use.

TensorFlow 2 still has them, and refuses each while it computes at once: "tf.metrics.accuracy is not supported when
eager execution is enabled". A name that resolves is no correction then: what uses it needs the graph, and so the whole
program does.
"""

from __future__ import annotations

import ast
import re

from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range
from ..evidence.cell import CellFacts
from .graph_blocks import has_its_graph, is_in_a_graph

NO_EAGER = "disable_v2_behavior"
_SWITCHED = (
    "It needs a static graph, which the first line switches on for the whole session: run it in a restarted kernel, "
    "before all else. Keras 3 does not work there."
)
_NOT_SWITCHED = (
    "What runs in a session needs a static graph: then call tf.compat.v1.disable_v2_behavior() first, in a restarted "
    "kernel. Keras 3 does not work there."
)

_COMPAT = "tensorflow.compat.v1."
_OPTIMIZER = re.compile(r"tensorflow\.compat\.v1\.train\.\w+Optimizer$")
_MEASURED = """
    FixedLengthRecordReader IdentityReader LMDBReader ReaderBase SparseConditionalAccumulator TFRecordReader
    TextLineReader WholeFileReader add_check_numerics_ops feature_column.shared_embedding_columns gradients hessians
    metrics.accuracy metrics.auc metrics.average_precision_at_k metrics.false_negatives
    metrics.false_negatives_at_thresholds metrics.false_positives metrics.false_positives_at_thresholds metrics.mean
    metrics.mean_absolute_error metrics.mean_cosine_distance metrics.mean_iou metrics.mean_per_class_accuracy
    metrics.mean_relative_error metrics.mean_squared_error metrics.mean_tensor metrics.percentage_below
    metrics.precision metrics.precision_at_k metrics.precision_at_thresholds metrics.precision_at_top_k
    metrics.recall metrics.recall_at_k metrics.recall_at_thresholds metrics.root_mean_squared_error
    metrics.sensitivity_at_specificity metrics.sparse_average_precision_at_k metrics.sparse_precision_at_k
    metrics.specificity_at_sensitivity metrics.true_negatives metrics.true_negatives_at_thresholds
    metrics.true_positives metrics.true_positives_at_thresholds parallel_stack placeholder ragged.placeholder
    saved_model.build_tensor_info saved_model.classification_signature_def saved_model.regression_signature_def
    saved_model.signature_def_utils.classification_signature_def
    saved_model.signature_def_utils.regression_signature_def saved_model.utils.build_tensor_info
    sparse.SparseConditionalAccumulator sparse.placeholder sparse_placeholder summary.FileWriter summary.merge
    summary.merge_all train.MonitoredSession train.MonitoredTrainingSession train.ProfilerHook train.QueueRunner
    train.Saver train.SingularMonitoredSession train.Supervisor train.batch train.batch_join train.export_meta_graph
    train.import_meta_graph train.input_producer train.maybe_batch train.maybe_batch_join train.maybe_shuffle_batch
    train.maybe_shuffle_batch_join train.queue_runner.QueueRunner train.queue_runner.start_queue_runners
    train.range_input_producer train.sdca_shrink_l1 train.shuffle_batch train.shuffle_batch_join
    train.slice_input_producer train.start_queue_runners train.string_input_producer
"""
"""What says so when it is called: every name of ``tf.compat.v1`` was, in TensorFlow 2.20.0."""
_REFUSED = frozenset(_MEASURED.split())
_FED = frozenset(("Session", "InteractiveSession", "keras.backend.get_session", "placeholder_with_default"))
"""What can be made, and has no graph to run then."""


def needs_a_graph(name: str, where: Range, facts: CellFacts) -> bool:
    """Whether a name is of no use while TensorFlow computes at once, as a cell uses it there."""
    if not name.startswith(_COMPAT):
        return False
    below = name[len(_COMPAT) :]
    needs = below in _REFUSED or below in _FED or (_OPTIMIZER.match(name) is not None and _minimizes_a_tensor(facts))
    return needs and not is_in_a_graph(where, facts) and not has_its_graph(where, facts)


def asks_for_a_graph(facts: CellFacts) -> bool:
    """Whether anything that a cell refers to needs a graph."""
    used = {each.name for each in facts.references if each.kind in ("attribute", "call")}
    asking = (each for each in facts.references if not each.guarded)
    asking = (each for each in asking if not (each.kind == "from" and each.name in used))  # where it is used decides
    return any(needs_a_graph(each.name, each.range, facts) for each in asking)


def about(source: str) -> str:
    """What a person has to know of a corrected cell that asks for a graph."""
    return _SWITCHED if is_switched(source) else _NOT_SWITCHED


def is_switched(source: str) -> bool:
    """Whether the code has the line that makes TensorFlow build graphs."""
    return NO_EAGER in source or "disable_eager_execution" in source


def switch(facts: CellFacts, before: Range, tensorflow: str) -> list[Edit]:
    """The line that makes TensorFlow build graphs, right behind its import; first in the cell where that is in an
    earlier one, and else in front of the statement that needs it. Nothing where the cell has the line.

    Arguments:
        tensorflow: what the cell calls TensorFlow.
    """
    if is_switched(facts.text):
        return []
    line = f"{tensorflow}.compat.v1.{NO_EAGER}()"
    newline = "\r\n" if "\r\n" in facts.text else "\n"
    assert facts.cell.tree is not None
    statements = [(facts.cell.range(node), node) for node in facts.cell.tree.body]
    made = [where for where, node in statements if isinstance(node, ast.Import) and _binds(node, tensorflow)]
    if made and made[-1] <= before:
        where = made[-1]
        rest = facts.cell.lines[where.end_line - 1][where.end_column :].strip()
        end = Range(where.end_line, where.end_column, where.end_line, where.end_column)
        return [Edit(end, f"; {line}" if rest.startswith(";") else f"{newline}{line}")]
    at = (before.line, before.column)
    commands = {command.line for command in facts.cell.commands}
    above = [(where.line, where.column) for where, _ in statements if (where.line, where.column) <= at]
    if tensorflow in facts.before.names:
        above = [start for start in above if start[0] not in commands][:1] or above
    start = above[-1]
    return [Edit(Range(*start, *start), f"{line}; " if start[1] else f"{line}{newline}")]


def _binds(node: ast.Import, name: str) -> bool:
    return any((alias.asname or alias.name.partition(".")[0]) == name for alias in node.names)


def _minimizes_a_tensor(facts: CellFacts) -> bool:
    """``optimizer.minimize(loss)`` with a loss that the cell computes: while TensorFlow computes at once, it has to be
    a function."""
    nodes = list(ast.walk(facts.cell.tree)) if facts.cell.tree is not None else []
    computed = {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Lambda)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    losses = [
        call.args[0]
        for call in nodes
        if isinstance(call, ast.Call) and last_name(call.func) in ("minimize", "compute_gradients") and call.args
    ]
    return any(isinstance(loss, (ast.Call, ast.BinOp)) or last_name(loss) in computed for loss in losses)

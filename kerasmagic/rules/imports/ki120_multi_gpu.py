"""multi_gpu_model: replaced by strategies."""

from __future__ import annotations

from typing import Iterable

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import Move
from ...diagnosis.model.problem import Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.repair.written_out import instead_of_import
from ...diagnosis.resolve.missing import finder
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import call_node

_STRATEGY = (
    "Make and compile the model under a strategy: with tf.distribute.MirroredStrategy().scope(): model = ...; "
    "model.compile(...). fit stays as it is."
)

_NAME = "multi_gpu_model"
_DIFFERS = "The model computes the same, on one GPU."

MOVES = (
    Move("keras.utils.multi_gpu_model", advice=_STRATEGY),
    Move("keras.utils.training_utils.multi_gpu_model", advice=_STRATEGY),
    Move("keras.utils.multi_gpu_utils.multi_gpu_model", advice=_STRATEGY),
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    """The copies of the model had its weights, and their results were put together: one model gives the same."""
    reference = facts.reference_at(problem.range, problem.reference)
    edits = instead_of_import(_NAME, reference, facts) if reference and reference.kind == "from" else []
    if edits and reference is not None:
        title = "Write a function into the program that leaves the model as it is"
        yield Proposal(title, tuple(edits), differs=_DIFFERS, unbinds=(reference.bound,))
    call = call_node(facts.cell, reference) if reference and reference.kind == "attribute" else None
    if call is not None and call.args:
        edit = Edit(facts.cell.range(call), facts.cell.segment(facts.cell.range(call.args[0])))
        yield Proposal("Use the model itself", (edit,), differs=_DIFFERS)
    yield from fixes(problem, facts, world)


RULE = Rule(
    code="KI120",
    name="multi_gpu_model",
    lesson=Lesson(
        what="`from keras.utils import multi_gpu_model` fails.",
        why="TensorFlow 2.4 removed it: tf.distribute.MirroredStrategy does the same with less code, and you do "
        "not copy the model by hand.",
        since="tensorflow 2.4",
        before="from keras.utils import multi_gpu_model",
        after="import tensorflow as tf\nfrom keras import Sequential\n"
        "with tf.distribute.MirroredStrategy().scope():\n    model = Sequential()",
        target="tensorflow==2.16.2",
        related=("KI111",),
    ),
    moves=MOVES,
    on_cell=finder("KI120"),
    fixes=_fixes,
)

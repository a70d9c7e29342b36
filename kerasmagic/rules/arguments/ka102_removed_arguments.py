"""Arguments whose purpose is gone, or is served in another way."""

from __future__ import annotations

import ast
from typing import Iterable

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.argument import Argument
from ...diagnosis.model.problem import Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.arguments import fixes_from
from ...diagnosis.repair.legacy_optimizers import legacy_name, on_legacy
from ...diagnosis.repair.written_out import above
from ...diagnosis.resolve.arguments import finder, refused_call
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import without_keywords
from ...source.reference import Reference
from .ka309_refused_values import with_taken_values
from .save_format import without_save_format

_EVERY = "every_few_epochs"
_QUEUE = r"([\w.]*\.)?(fit|evaluate|predict|fit_generator|evaluate_generator|predict_generator)$"
_DECAY = (
    "Optimizers no longer have decay. This schedule does the same: "
    "learning_rate=keras.optimizers.schedules.InverseTimeDecay(initial, decay_steps=1, decay_rate=decay)."
)

_OF_THE_DATASET = (
    "To load batches in several processes, give it to the data: super().__init__(workers=4, use_multiprocessing=True) "
    "in the __init__ of your Sequence or PyDataset."
)

_SUMMED = "Under a distribution strategy the gradients of all replicas are summed now."
_DYNAMIC = "The scale is always found while you train, as loss_scale='dynamic' said."
_OF_FILES = "flow takes arrays, which have their size and labels: it is for flow_from_directory."

ARGUMENTS = (
    Argument("input_length", dropped=True, of=r"layers\.Embedding"),
    *(
        Argument(name, dropped=True, advice=_OF_THE_DATASET, of=_QUEUE)
        for name in ("workers", "use_multiprocessing", "max_queue_size")
    ),
    Argument("decay", advice=_DECAY, of=r"optimizers\b"),
    Argument("schedule_decay", dropped=True, differs="The momentum has a fixed schedule now.", of=r"optimizers\b"),
    Argument(
        "period",
        advice="Write save_freq='epoch' instead of period=1. Other numbers: save_freq counts batches, not epochs.",
        of=r"callbacks\.ModelCheckpoint",
    ),
    Argument(
        "mode",
        dropped=True,
        differs="There is one kind of batch normalization now, mode=0 of Keras 1.",
        of=r"layers\..*BatchNormalization",
    ),
    Argument("consume_less", dropped=True, of=r"layers\b"),
    Argument(
        "forget_bias_init",
        dropped=True,
        differs="The bias of the forget gate starts with ones; unit_forget_bias=False starts it with zeros.",
        of=r"layers\b",
    ),
    Argument(
        "time_major", dropped=True, differs="The first axis is the batch now: transpose the input.", of=r"layers\b"
    ),
    Argument(
        "causal",
        advice="Give use_causal_mask=True where the layer is called: attention([query, value], use_causal_mask=True).",
        of=r"layers\.(Additive)?Attention$",
    ),
    Argument("unroll_length", dropped=True, of=r"layers\b"),
    Argument(
        "save_format",
        dropped=True,
        differs="The ending of the file's name decides the format.",
        of=r"([\w.]*\.)?(save|save_model|save_weights)$",
    ),
    Argument("write_grads", dropped=True, differs="Gradients are not written any more.", of=r"callbacks\.TensorBoard"),
    Argument("batch_size", dropped=True, of=r"callbacks\.TensorBoard"),
    Argument(
        "output_shape",
        dropped=True,
        differs="The shape of the output follows from kernel, strides and padding now.",
        of=r"layers\..*(Deconv|Conv\dDTranspose)",
    ),
    *(
        Argument(old, dropped=True, differs="Embeddings are the layers' weights now.", of=r"callbacks\.TensorBoard")
        for old in ("embeddings_layer_names", "embeddings_data")
    ),
    Argument("smart_resize", ("crop_to_aspect_ratio",), of=r"(utils|preprocessing)\.image_dataset_from_directory"),
    Argument(
        "show_accuracy",
        dropped=True,
        differs="Accuracy is shown only where compile has metrics=['accuracy'].",
        advice="Write metrics=['accuracy'] in compile.",
        of=r"([\w.]*\.)?(fit|evaluate|fit_generator|evaluate_generator|train_on_batch|test_on_batch)$",
    ),
    Argument("class_mode", dropped=True, of=r"([\w.]*\.)?compile$"),
    Argument("fused", dropped=True, of=r"layers\..*BatchNormalization"),
    Argument("name", dropped=True, of=r"([\w.]*\.)?apply_gradients$"),
    *(
        Argument(old, dropped=True, differs=_SUMMED, of=r"([\w.]*\.)?apply_gradients$")
        for old in ("experimental_aggregate_gradients", "skip_gradients_aggregation")
    ),
    *(
        Argument(old, dropped=True, differs=_OF_FILES, of=r"([\w.]*\.)?flow$")
        for old in ("class_mode", "target_size", "color_mode", "interpolation")
    ),
    Argument("loss_scale", dropped=True, differs=_DYNAMIC, of=r"mixed_precision\.(LossScaleOptimizer|Policy)$"),
    Argument("sample_weight_mode", dropped=True, of=r"([\w.]*\.)?compile$"),
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    if problem.keyword == "decay":
        for reference in facts.references:
            if reference.kind == "call" and f"{reference.name}(decay)" == problem.reference:
                yield from _legacy(reference, facts, world)
                break
    if problem.keyword == "period":
        yield from _each_epoch(problem, facts)
    if problem.keyword == "save_format":
        yield from without_save_format(problem, facts, world)
    else:
        for way in fixes_from(ARGUMENTS)(problem, facts, world):
            yield with_taken_values(way, facts, world)


def _each_epoch(problem: Problem, facts: CellFacts) -> Iterable[Proposal]:
    """``ModelCheckpoint(period=1)`` saves after each epoch, as it does without; other periods are counted."""
    found = refused_call(problem, facts)
    period = next((item.value for item in found[1].keywords if item.arg == "period"), None) if found else None
    if found is None or period is None:
        return
    edits = without_keywords(facts.cell, found[1], ["period"])
    if isinstance(period, ast.Constant) and period.value == 1:
        yield Proposal("Leave period= out", tuple(edits), "It saves after each epoch by itself.")
        return
    where = facts.cell.range(found[1])
    defined = above(_EVERY, where, facts)
    if defined is not None and edits:
        start = where._replace(end_line=where.line, end_column=where.column)
        end = where._replace(line=where.end_line, column=where.end_column)
        around = [Edit(start, f"{_EVERY}({facts.cell.segment(facts.cell.range(period))}, "), Edit(end, ")")]
        title = "Count the epochs before it saves"
        yield Proposal(title, (*defined, *around, *edits), "It counts the epochs as period= did.")


def _legacy(reference: Reference, facts: CellFacts, world: World) -> Iterable[Proposal]:
    """The class that still takes it, where there is one: it is what the name stood for when the code was written."""
    name = legacy_name(reference.name, world)
    edits = on_legacy(reference, facts, world)
    if edits and not world.accepts(name, reference.positional, reference.keywords):
        yield Proposal("Use the legacy optimizer", tuple(edits), f"{name} accepts decay= and is {world.where(name)}.")


RULE = Rule(
    code="KA102",
    name="removed argument",
    lesson=Lesson(
        what="`fit(workers=8)`, `Embedding(input_length=25)`, `Adam(decay=1e-6)`: the argument is no longer accepted.",
        why="Keras 3 does this work elsewhere: data loading in PyDataset, shapes in Input, decay in learning rate "
        "schedules.",
        since="keras 3.0",
        before="from keras.callbacks import TensorBoard\nTensorBoard(write_grads=True)",
        after="from keras.callbacks import TensorBoard\nTensorBoard()",
        target="tensorflow==2.16.2",
        related=("KA101",),
    ),
    arguments=ARGUMENTS,
    on_cell=finder("KA102", ARGUMENTS),
    fixes=_fixes,
)

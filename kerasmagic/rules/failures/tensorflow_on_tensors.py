"""Functions of TensorFlow on tensors of keras.Input: the layer or the function of keras.ops that does the same, or a
Lambda layer around the function."""

from __future__ import annotations

import ast
import re
from typing import Container, Iterator, NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.symbols import Symbols, symbols
from ...diagnosis.model.problem import Proposal
from ...diagnosis.repair import rewrite
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import call_node
from ...source.position import Range
from ...source.reference import Reference
from .pooling import pooling_layer

_OF_KERAS = re.compile(r"tensorflow\.keras\.(?!backend\.)")
_TAKES_THEM = re.compile(r"\.backend\.(?:int_shape|is_keras_tensor)$")
"""What takes such tensors as they are."""
_OPS = {
    "reduce_sum": "sum",
    "reduce_mean": "mean",
    "reduce_max": "max",
    "reduce_min": "min",
    "reduce_prod": "prod",
    "reduce_any": "any",
    "reduce_all": "all",
    "concat": "concatenate",
    "range": "arange",
    "pow": "power",
    "clip_by_value": "clip",
    "reduce_logsumexp": "logsumexp",
}
"""Where the function of keras.ops that does the same has another name."""


class _Way(NamedTuple):
    edits: list[Edit]
    title: str
    differs: str = ""


_BY_OPS = "Use the function of keras.ops", "It has the name of that function; that it computes the same is not checked."
_BY_LAMBDA = (
    "Run it in a Lambda layer",
    "A Lambda layer calls it when there is data; such a layer is saved with its byte code.",
)
_BY_LAYER = "Use the layer that does the same"


def through_keras(failure: Failure, facts: CellFacts, world: World) -> Iterator[Proposal]:
    """One edit for all such calls: that of the line that failed, and those that would fail after it."""
    found = symbols(failure, facts)
    called = {call: each for each in of_tensorflow(facts) for call in [call_node(facts.cell, each)] if call}
    called = {call: each for call, each in called.items() if call in found.calls}
    failed = [call for call in failing.calls(failure, facts) if call in called]
    if not world.keras_3:  # there only some of the functions refuse such a tensor
        names = {called[call].name for call in failed}
        called = {call: each for call, each in called.items() if each.name in names}
    ways: list[_Way] = []
    wrapped: list[ast.AST] = []
    for call in sorted(called, key=lambda each: (each.lineno, each.col_offset, -(each.end_col_offset or 0))):
        if call in wrapped:
            continue
        reference = called[call]
        way = _with_layer(reference, call, found, facts) or with_ops(reference, facts, world)
        if way is None:
            way = _with_lambda(reference, call, found, called, facts)
            wrapped += ast.walk(call) if way else []
        ways += [way] if way else []
        if way is None and call in failed:
            return
    if failed and ways:
        edits = tuple(dict.fromkeys(edit for way in ways for edit in way.edits))
        title = "; ".join(dict.fromkeys(way.title for way in ways))
        yield Proposal(title, edits, differs=" ".join(dict.fromkeys(way.differs for way in ways if way.differs)))


def of_tensorflow(facts: CellFacts) -> list[Reference]:
    """The calls in a cell of what works on tensors of TensorFlow."""
    return [
        reference
        for reference in facts.by_kind.get("call", ())
        if reference.name.startswith(("tensorflow.", "keras.backend.")) and not _OF_KERAS.match(reference.name)
        if not _TAKES_THEM.search(reference.name)
    ]


def _with_layer(reference: Reference, call: ast.Call, found: Symbols, facts: CellFacts) -> _Way | None:
    """``tf.nn.max_pool(x, 2, 2, 'SAME')`` as ``MaxPooling2D(2, strides=2, padding='same')(x)``"""
    layer = pooling_layer(reference.name, call, facts)
    if layer is None or layer.tensor not in found.expressions:
        return None
    name = _layer(layer.kind, reference, facts)
    if name is None:
        return None
    whole, place = facts.cell.range(call), facts.cell.range(layer.tensor)
    before = Range(whole.line, whole.column, place.line, place.column)
    behind = Range(place.end_line, place.end_column, whole.end_line, whole.end_column)
    edits = [*name[1], Edit(before, f"{name[0]}({layer.settings})("), Edit(behind, ")")]
    return _Way(edits, _BY_LAYER)


def _layer(kind: str, reference: Reference, facts: CellFacts) -> tuple[str, list[Edit]] | None:
    trees = ("tensorflow.keras", "keras") if reference.name.startswith("tensorflow.") else ("keras", "tensorflow.keras")
    names = tuple(f"{tree}.layers.{kind}" for tree in trees)
    return rewrite.spelled(facts.cell, names, facts.after, reference.range)


def with_ops(reference: Reference, facts: CellFacts, world: World) -> _Way | None:
    """The function of keras.ops that does the same."""
    last = reference.name.rpartition(".")[2]
    tree = "keras" if "keras" in facts.after.imported else "tensorflow.keras"
    name = f"{tree}.ops.{_OPS.get(last, last)}"
    if lookup(name, world) is None or world.accepts(name, reference.positional, reference.keywords):
        return None
    edits = rewrite.name_edits(facts.cell, reference, name, facts.after)[0]
    return _Way(edits, *_BY_OPS) if edits else None


def _with_lambda(
    reference: Reference, call: ast.Call, found: Symbols, called: Container[ast.expr], facts: CellFacts
) -> _Way | None:
    """``tf.cast(x, t)`` as ``tf.keras.layers.Lambda(lambda inputs: tf.cast(inputs, …))(x)``."""
    name = _layer("Lambda", reference, facts)
    tensors = list(_tensors(call, found, called))
    if name is None or not tensors or not _names_in(call).isdisjoint(("inputs", *_bound_in(call))):
        return None
    texts = list(dict.fromkeys(failing.text_of(node, facts) for node in tensors))
    names = {text: f"inputs[{number}]" if len(texts) > 1 else "inputs" for number, text in enumerate(texts)}
    whole = facts.cell.range(call)
    text, at = "", (whole.line, whole.column)
    for node in tensors:
        place = facts.cell.range(node)
        text += facts.cell.segment(Range(*at, place.line, place.column)) + names[failing.text_of(node, facts)]
        at = (place.end_line, place.end_column)
    text += facts.cell.segment(Range(*at, whole.end_line, whole.end_column))
    given = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    return _Way([*name[1], Edit(whole, f"{name[0]}(lambda inputs: {text})({given})")], *_BY_LAMBDA)


def _tensors(node: ast.AST, found: Symbols, called: Container[ast.expr]) -> Iterator[ast.expr]:
    """The tensors below an expression that goes into a Lambda layer, in the order of the text: what layers made stays
    outside, functions of TensorFlow go in."""
    for inner in sorted(_parts(node), key=lambda each: (each.lineno, each.col_offset)):
        whole = isinstance(inner, (ast.Name, ast.Attribute)) or (isinstance(inner, ast.Call) and inner not in called)
        if inner in found.expressions and whole:
            yield inner
        else:
            yield from _tensors(inner, found, called)


def _parts(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif not isinstance(child, (ast.operator, ast.expr_context, ast.arguments)):
            yield from _parts(child)  # a keyword, or the part of a comprehension


def _names_in(call: ast.Call) -> set[str]:
    return {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}


def _bound_in(call: ast.Call) -> list[str]:
    """What a comprehension in it binds: outside of it that is not known."""
    return [node.id for node in ast.walk(call) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]

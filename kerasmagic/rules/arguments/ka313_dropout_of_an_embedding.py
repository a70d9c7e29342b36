"""``Embedding(…, dropout=0.2)`` of Keras 1: a layer of its own today, which does nearly the same."""

from __future__ import annotations

import ast
from typing import Iterable

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.argument import Argument
from ...diagnosis.model.problem import Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.rewrite import spelled
from ...diagnosis.resolve.arguments import finder, refused_call
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import without_keywords
from ...source.position import Range

_ADVICE = "Put SpatialDropout1D(rate) behind the layer: it drops whole channels, where Embedding dropped whole words."
_DIFFERS = "SpatialDropout1D drops channels of the vectors; Embedding dropped words. Both only while training."

ARGUMENTS = (Argument("dropout", advice=_ADVICE, of=r"layers\b.*\bEmbedding"),)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    proposal = _behind(problem, facts)
    if proposal is not None:
        yield proposal
    yield Fix("manual", _ADVICE)


def _behind(problem: Problem, facts: CellFacts) -> Proposal | None:
    found = refused_call(problem, facts)
    if found is None or facts.cell.tree is None:
        return None
    reference, call = found
    rate = next(facts.cell.segment(facts.cell.range(item.value)) for item in call.keywords if item.arg == "dropout")
    tree = reference.name.partition(".layers.")[0]
    name = spelled(facts.cell, (f"{tree}.layers.SpatialDropout1D",), facts.after, reference.range)
    if name is None:
        return None
    layer = f"{name[0]}({rate})"
    for node in ast.walk(facts.cell.tree):
        added = _place(node, call, layer, facts)
        if added is not None:
            edits = (*name[1], added, *without_keywords(facts.cell, call, ("dropout",)))
            return Proposal(f"Put {layer} behind the layer", edits, "", _DIFFERS)
    return None


def _place(node: ast.AST, call: ast.Call, layer: str, facts: CellFacts) -> Edit | None:
    """Behind ``model.add(layer)``, behind the layer in a list, or around its call with a tensor."""
    if isinstance(node, ast.List) and call in node.elts:
        end = facts.cell.range(call)
        return Edit(Range(end.end_line, end.end_column, end.end_line, end.end_column), f", {layer}")
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and node.value.args[:1] == [call]:
        function = node.value.func
        where = facts.cell.range(node)
        indent = facts.cell.lines[where.line - 1][: where.column]
        if isinstance(function, ast.Attribute) and function.attr == "add" and not indent.strip():
            model = facts.cell.segment(facts.cell.range(function.value))
            newline = "\r\n" if "\r\n" in facts.text else "\n"
            end = Range(where.end_line, where.end_column, where.end_line, where.end_column)
            return Edit(end, f"{newline}{indent}{model}.add({layer})")
    applied = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value.func is call
    if applied and isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        where = facts.cell.range(node)
        indent = facts.cell.lines[where.line - 1][: where.column]
        target, newline = node.targets[0].id, "\r\n" if "\r\n" in facts.text else "\n"
        end = Range(where.end_line, where.end_column, where.end_line, where.end_column)
        return Edit(end, f"{newline}{indent}{target} = {layer}({target})") if not indent.strip() else None
    return None


RULE = Rule(
    code="KA313",
    name="dropout of an Embedding",
    lesson=Lesson(
        what="`Embedding(20000, 128, dropout=0.2)`: the argument is refused.",
        why="Keras 1 dropped words of the table while training. Keras 2 took the argument away, and named "
        "SpatialDropout1D behind the layer in its place: near, and not the same, since it drops channels.",
        since="keras 2.0",
        before="from keras import Input, Sequential\nfrom keras.layers import Embedding\n"
        "model = Sequential([Input((4,)), Embedding(10, 3, dropout=0.2)])",
        after="from keras import Input, Sequential\nfrom keras.layers import Embedding, SpatialDropout1D\n"
        "model = Sequential([Input((4,)), Embedding(10, 3), SpatialDropout1D(0.2)])",
        target="tensorflow==2.16.2",
        related=("KA102",),
    ),
    arguments=ARGUMENTS,
    on_cell=finder("KA313", ARGUMENTS),
    fixes=_fixes,
)

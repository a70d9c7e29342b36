"""A keyword on the wrong side of a parenthesis: ``compile(SGD(0.1, metrics=['acc']))``, ``add(Dense(3), name='a')``.

The call refuses it, and the call around it, or one of those that it is given, takes it.
"""

from __future__ import annotations

import ast
from typing import Iterator, NamedTuple

from ...catalog.target import Found
from ...source.arguments import Written, arguments_of, rewritten
from ...source.edits import Edit
from ...source.imports import call_node, keyword_range, without_keywords
from ...source.nodes import children
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.problem import Proposal
from ..resolve.arguments import shown_signature
from ..resolve.missing import releases
from ..resolve.world import World

_OF_MODELS = ("compile", "fit", "evaluate", "predict")
"""What nothing but a model has: its arguments are known where the object is not."""
_OF_EVERY_LAYER = (
    "name",
    "dtype",
    "trainable",
    "input_shape",
    "batch_input_shape",
    "batch_size",
    "weights",
    "autocast",
)


class _Call(NamedTuple):
    node: ast.Call
    name: str
    """Of what is called: "keras.Model.compile"."""


def moved(reference: Reference, keyword: str, facts: CellFacts, world: World) -> Proposal | None:
    """A refused keyword, with all others of its call that belong there too, in the call that takes it."""
    call = call_node(facts.cell, reference)
    if call is None:
        return None
    unknown = {keyword, *_not_its_own(reference, world)}
    for other in (*_around(call, facts, world), *_inside(call, facts, world)):
        names = [name for name in reference.keywords if name in unknown and _takes(other, name, world)]
        if keyword in names:
            return _proposal(call, other, names, facts, world)
    return None


def _around(call: ast.Call, facts: CellFacts, world: World) -> Iterator[_Call]:
    """The calls that a call is an argument of, the nearest first."""
    above = {child: node for node in facts.cell.placed for child in children(node)}
    node: ast.AST = call
    while node in above:
        node, inner = above[node], node
        if isinstance(node, ast.Call) and inner is not node.func:
            yield from _known(node, facts, world)


def _inside(call: ast.Call, facts: CellFacts, world: World) -> Iterator[_Call]:
    """The one call that a call is given."""
    given = [node for node in (*call.args, *(item.value for item in call.keywords)) if isinstance(node, ast.Call)]
    if len(given) == 1:
        yield from _known(given[0], facts, world)


def _known(call: ast.Call, facts: CellFacts, world: World) -> Iterator[_Call]:
    for reference in (*facts.by_kind.get("call", ()), *facts.by_kind.get("method", ())):
        if call_node(facts.cell, reference) is call:
            yield _Call(call, reference.name)
            return
    if isinstance(call.func, ast.Attribute) and call.func.attr in _OF_MODELS:
        name = f"tensorflow.keras.Model.{call.func.attr}"
        if isinstance(world.attribute(name), Found):
            yield _Call(call, name)


def _not_its_own(reference: Reference, world: World) -> Iterator[str]:
    """The keywords that a call refuses, and those that its signature does not show: they end in a ``**kwargs``."""
    yield from world.accepts(reference.name, reference.positional, reference.keywords)
    signature = shown_signature(reference.name, world)
    if signature is not None and signature.open and not signature.is_wrapped:
        shown = {*signature.names, *_OF_EVERY_LAYER}
        yield from (keyword for keyword in reference.keywords if keyword not in shown)


def _takes(other: _Call, name: str, world: World) -> bool:
    """Whether a call takes a keyword by its name, beside what it is given."""
    signature = shown_signature(other.name, world)
    keywords = [item.arg for item in other.node.keywords if item.arg is not None]
    if signature is None or signature.is_wrapped or name not in signature.names or name in keywords:
        return False
    bound = signature.bind(len(other.node.args), (*keywords, name))
    return not bound.twice and name not in bound.refused


def _proposal(call: ast.Call, other: _Call, names: list[str], facts: CellFacts, world: World) -> Proposal | None:
    places = [keyword_range(facts.cell, call, name) for name in names]
    written = arguments_of(facts.cell, other.node)
    if written is None or not all(places):
        return None
    texts = [facts.cell.segment(place) for place in places if place is not None]
    added = rewritten(facts.cell, other.node, [Written(each.name) for each in written], texts)
    edits: list[Edit] = [*without_keywords(facts.cell, call, names), *added]
    called = other.name.rpartition(".")[2]
    if not added or len(edits) == len(added):
        return None
    listed = ", ".join(f"{name}=" for name in names)
    evidence = f"{called} takes {listed} in {releases(other.name, world)}: a parenthesis was in the wrong place."
    return Proposal(f"Give {listed} to {called}", tuple(edits), evidence)

"""A notebook that needs Keras 2 as a whole: all of its cells are taken there together.

A program that computes with tensors without values needs its first imports changed for what its last cell asks. In a
script that is an edit of one text. Here the cells are one text for as long as they are edited.
"""

from __future__ import annotations

from typing import Sequence

from ..diagnosis.engine import CellFacts, read
from ..diagnosis.model.problem import CHECK, ERROR, Fix, Problem
from ..diagnosis.model.rule import GRAPH, VALUE
from ..diagnosis.repair import keras2
from ..diagnosis.repair.grade import grade
from ..diagnosis.resolve.world import World
from ..files.document import Passage
from ..files.together import joined, parted
from ..source.bindings import Bindings
from .choose import marked
from .model import KERAS, CellOutcome, Change, Rewritten, Texts

_WHY = "The program computes with tensors that have no values yet, as Keras did before TensorFlow 2"


def on_keras_2(
    original: Sequence[Passage], texts: Texts, here: World, cells: Sequence[CellOutcome]
) -> Rewritten | None:
    """A program on tf_keras, where it does what only Keras 2 can do; None where it does not.

    Arguments:
        original: the program as typed.
        texts: the program as it was planned, before what its failures asked for.
        here: where it runs.
        cells: what came of running it.
    """
    before, whole = joined([each.text for each in original]), joined(list(texts.values()))
    if before is None or whole is None:
        return None
    typed, now = read(before, Bindings()), read(whole, Bindings())
    graph = (
        keras2.builds_a_graph(typed)
        or keras2.builds_a_graph(now)
        or any(_is_about_symbols(each, here) for each in cells)
    )
    if not (graph or keras2.adds_a_symbolic_loss(typed)):
        return None
    fix = _fix(now, here, graph)
    parts = parted(fix.source, len(texts)) if fix and fix.source else None
    if fix is None or parts is None:
        return None
    edited = {cell: part for cell, part in zip(texts, parts) if part != texts[cell]}
    first = next(iter(edited))
    new = {**texts, **{cell: marked(texts[cell], part, f"See cell {first}.") for cell, part in edited.items()}}
    new[first] = marked(texts[first], edited[first], fix.differs)
    error = next(each.reply.error for each in cells if each.whose == KERAS)
    change = Change(first, here.rules.teller(GRAPH), _WHY, fix.title, CHECK, fix.differs, f"after {error}")
    return Rewritten(new, change)


def _is_about_symbols(cell: CellOutcome, here: World) -> bool:
    rules = {problem["rule"] for problem in cell.reply.problems}
    return bool(rules & {*map(here.rules.teller, (VALUE, GRAPH))}) and keras2.speaks_of_symbols(cell.reply.error)


def _fix(facts: CellFacts, here: World, graph: bool) -> Fix | None:
    proposal = keras2.whole_program(facts, here, graph) or (keras2.static_graph(facts, here) if graph else None)
    problem = Problem(here.rules.teller(GRAPH), ERROR, _WHY, reference="keras.backend.gradients")
    return grade(proposal, problem, facts, here, whole=True) if proposal else None

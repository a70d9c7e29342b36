"""``LSTM(8, input_dim=3, input_length=10)``: one shape today, with both in it."""

from __future__ import annotations

import ast
from typing import Iterable, Iterator

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.argument import Argument
from ...diagnosis.model.problem import ERROR, INFO, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve import arguments
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import keyword_range, without_keywords

_ADVICE = "Write input_shape=(length, size of a step); the length is None where sequences have several."
_SEQUENCES = ("LSTM", "GRU", "SimpleRNN", "CuDNNLSTM", "CuDNNGRU", "Conv1D", "Convolution1D", "SeparableConv1D")
"""Layers that take steps one after another. For others, input_dim= is the whole shape, as it was."""
_LENGTH, _SIZE = "input_length", "input_dim"
_OTHERS = ("input_shape", "batch_input_shape", "batch_size")

ARGUMENTS = (Argument(_LENGTH, advice=_ADVICE, of=rf"layers\b.*\b({'|'.join(_SEQUENCES)})$"),)
_refused = arguments.finder("KA314", ARGUMENTS)


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    """The length, which is refused; and a size without a length, which is taken for a whole shape."""
    yield from _refused(facts, world)
    for reference in facts.by_kind.get("call", ()):
        if _SIZE not in reference.keywords or _LENGTH in reference.keywords:
            continue
        if not arguments.known(reference, _LENGTH, ARGUMENTS):
            continue
        if _LENGTH not in world.accepts(reference.name, reference.positional, (*reference.keywords, _LENGTH)):
            continue
        called = reference.name.rpartition(".")[2]
        yield Problem(
            rule="KA314",
            severity=INFO if reference.guarded else ERROR,
            title=f"{called} takes {_SIZE}= for the whole shape of a sample",
            cause=f"Keras 1 and 2 took it for the size of one step. Here, {called} is told that a sample has one axis, "
            "and it needs two.",
            range=arguments.keyword_range(facts, reference, _SIZE) or reference.range,
            reference=f"{reference.name}({_SIZE})",
            keyword=_SIZE,
        )


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    found = arguments.refused_call(problem, facts)
    proposal = _as_shape(found[1], facts) if found else None
    if proposal is not None:
        yield proposal
    yield Fix("manual", _ADVICE)


def _as_shape(call: ast.Call, facts: CellFacts) -> Proposal | None:
    given = {item.arg: facts.cell.segment(facts.cell.range(item.value)) for item in call.keywords if item.arg}
    where = keyword_range(facts.cell, call, _SIZE)
    if where is None or any(each in given for each in _OTHERS):
        return None
    shape = f"input_shape=({given.get(_LENGTH, 'None')}, {given[_SIZE]})"
    return Proposal(
        f"Write {shape}",
        (Edit(where, shape), *without_keywords(facts.cell, call, (_LENGTH,))),
        "Keras 1 and 2 made this shape of the two arguments.",
    )


RULE = Rule(
    code="KA314",
    name="length and size of a sequence",
    lesson=Lesson(
        what="`LSTM(8, input_dim=3, input_length=10)`: input_length is refused. `LSTM(8, input_dim=3)`: ValueError: "
        "expected ndim=3, found ndim=2.",
        why="Layers of Keras 1 and 2 made the shape (input_length, input_dim) of these arguments. In Keras 3, "
        "input_dim=3 is the shape (3,) for every layer, and there is no input_length.",
        since="keras 3.0",
        before="from keras import Sequential\nfrom keras.layers import LSTM\nmodel = Sequential()\n"
        "model.add(LSTM(4, input_dim=3, input_length=10))",
        after="from keras import Sequential\nfrom keras.layers import LSTM\nmodel = Sequential()\n"
        "model.add(LSTM(4, input_shape=(10, 3)))",
        target="tensorflow==2.16.2",
        related=("KA101", "KA311"),
    ),
    arguments=ARGUMENTS,
    on_cell=on_cell,
    fixes=_fixes,
)

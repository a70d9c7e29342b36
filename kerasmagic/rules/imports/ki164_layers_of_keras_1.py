"""``Highway`` and ``MaxoutDense`` of Keras 1: a program can hold the layer itself."""

from __future__ import annotations

from typing import Iterable

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import Move
from ...diagnosis.model.problem import Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.repair.written_out import can_be_written, instead_of_import
from ...diagnosis.resolve.missing import finder
from ...diagnosis.resolve.world import World

_OF_ALL = ("bias", "init", "input_dim", "input_shape", "name", "trainable", "batch_input_shape")
_TAKEN = {
    "Highway": ("init", "activation", *_OF_ALL),
    "MaxoutDense": ("output_dim", "nb_feature", "init", *_OF_ALL),
}
"""What the written layer takes, first what may stand without a name."""
_PLACES = {"Highway": 2, "MaxoutDense": 3}
_DIFFERS = {
    "Highway": "",
    "MaxoutDense": "It computes the same from the same weights, but draws its first weights from another range.",
}
_ADVICE = {
    "Highway": "Build it from Dense, Multiply and Add: t * h(x) + (1 - t) * x, with t = sigmoid(Dense(x)).",
    "MaxoutDense": "Write it as Dense(n * k), Reshape((n, k)) and a Lambda or Layer that takes the maximum over the "
    "last axis.",
}
MOVES = tuple(
    Move(f"keras.{home}.{name}", advice=_ADVICE[name])
    for home in ("layers", "layers.core", "legacy.layers")
    for name in _TAKEN
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    reference = facts.reference_at(problem.range, problem.reference)
    name = reference.name.rpartition(".")[2] if reference else ""
    if reference is not None and reference.kind == "from" and can_be_written(name, world) and _is_known(name, facts):
        edits = instead_of_import(name, reference, facts)
        if edits:
            evidence = "It computes what the layer of Keras 1 computed, with as many weights."
            title = f"Write the layer {name} into the program"
            yield Proposal(title, tuple(edits), evidence, _DIFFERS[name], unbinds=(reference.bound,))
    yield from fixes(problem, facts, world)


def _is_known(name: str, facts: CellFacts) -> bool:
    """Whether the written layer takes all that the cell gives it."""
    calls = [each for each in facts.by_kind.get("call", ()) if each.name.rpartition(".")[2] == name]
    return all(
        not each.open_ended and each.positional <= _PLACES[name] and set(each.keywords) <= set(_TAKEN[name])
        for each in calls
    )


RULE = Rule(
    code="KI164",
    name="layer of Keras 1 that is gone",
    lesson=Lesson(
        what="`from keras.layers import Highway, MaxoutDense` ends in ImportError.",
        why="Keras 2 dropped layers that few used. Each is a few lines of other layers: a program can hold it itself.",
        since="keras 2.4",
        before="from keras.layers import Highway\nlayer = Highway(activation='relu')",
        after="from keras import Input\nfrom keras.layers import Add, Dense, Multiply\nx = Input((4,))\n"
        "share = Dense(4, 'sigmoid', bias_initializer='ones')(x)\n"
        "y = Add()([Multiply()([share, Dense(4, 'relu')(x)]), Multiply()([1 - share, x])])",
        target="tensorflow==2.16.2",
        related=("KI111", "KI163"),
    ),
    moves=MOVES,
    on_cell=finder("KI164"),
    fixes=_fixes,
)

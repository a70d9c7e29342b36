"""A call that is taken, and means something else than when it was written: its arguments stand in other places."""

from __future__ import annotations

import ast
from typing import Iterable, Iterator

from ...catalog.signature import Signature
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.problem import INFO, WARNING, Fix, Problem, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.translate import translations
from ...diagnosis.resolve.arguments import is_same, moved_place
from ...diagnosis.resolve.calls import bound
from ...diagnosis.resolve.meaning import Meaning, meanings, of_keras_1, suits
from ...diagnosis.resolve.missing import releases
from ...diagnosis.resolve.world import World
from ...source.imports import call_node
from ...source.reference import Reference

_NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for reference in (*facts.by_kind.get("call", ()), *facts.by_kind.get("method", ())):
        if reference.positional < 2 or reference.open_ended:
            continue
        meaning = next(iter(_meant(reference, facts, world)), None)
        here = world.parameters(reference.name)
        place = moved_place(reference, meaning.signature, here, world) if meaning and here else None
        if meaning is None or here is None or place is None:
            continue
        called, number = reference.written.rpartition(".")[2], _NUMBERS[min(place, 9)]
        yield Problem(
            rule="KA107",
            severity=INFO if reference.guarded else WARNING,
            title=f"The {number} argument of {called} is {here.places[place].name} in "
            f"{releases(reference.name, world)}, and was {meaning.call.places[place]} in {meaning.releases}",
            cause="The call is taken, and does something else than it did.",
            range=reference.range,
            reference=reference.name,
        )


def _meant(reference: Reference, facts: CellFacts, world: World) -> list[Meaning]:
    """What a call means that this release takes, where the call itself tells that it was written for another one."""
    fitting, here = bound(reference, world), world.parameters(reference.name)
    call = call_node(facts.cell, reference) if fitting is not None and fitting.fits else None
    if call is None or fitting is None or here is None:
        return []
    if world.before is not None:
        return meanings(reference, call, world)
    ancient = of_keras_1(reference, call, world)
    if ancient is not None:
        return [ancient]
    if all(suits(value, name, here.default(name)) for value, name in zip(call.args, fitting.places)):
        return []
    return [each for each in meanings(reference, call, world) if _unsuited(each, reference, call, here, world)]


def _unsuited(meaning: Meaning, reference: Reference, call: ast.Call, here: Signature, world: World) -> bool:
    """Whether a value that is wrong in its place here was meant for another parameter."""
    places = zip(call.args, meaning.call.places, here.places)
    return any(
        not suits(value, new.name, new.default) and not is_same(reference, old, new.name, world)
        for value, old, new in places
    )


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    reference = facts.reference_at(problem.range, problem.reference)
    if reference is None:
        return
    yield from translations(reference, _meant(reference, facts, world), facts, world)
    yield Fix("manual", "Give the arguments by their names, as they are meant.")


RULE = Rule(
    code="KA107",
    name="arguments in other places",
    lesson=Lesson(
        what="`Convolution2D(32, 3, 3)` has a kernel of 3 and strides of 3 where Keras 1 had a kernel of 3 x 3; the "
        "`32` of `TensorBoard('./logs', 0, 32)` is taken for write_graph. Nothing fails.",
        why="Arguments without a name are taken in the order of the signature, and releases add, remove and move "
        "parameters.",
        since="keras 2.4",
        before="from keras.layers import Convolution2D\nConvolution2D(32, 3, 3)",
        after="from keras.layers import Convolution2D\nConvolution2D(32, (3, 3))",
        target="tensorflow==2.16.2",
        related=("KA101", "KA106"),
    ),
    on_cell=on_cell,
    fixes=fixes,
)

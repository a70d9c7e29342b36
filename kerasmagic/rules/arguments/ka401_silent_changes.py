"""A call that is taken in both releases and does something else: asked for with the release that the code is from."""

from __future__ import annotations

from typing import Iterable, Iterator

from ...catalog.changes import Change
from ...catalog.store import version_key
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import split_tree
from ...diagnosis.model.problem import INFO, WARNING, Problem, Way
from ...diagnosis.model.rule import DEFAULT, Lesson, Rule
from ...diagnosis.repair.defaults import HARD_SIGMOID, linear_hard_sigmoid, with_defaults
from ...diagnosis.resolve.arguments import moved_place
from ...diagnosis.resolve.calls import bound
from ...diagnosis.resolve.defaults import changed, of_string, optimizer_of
from ...diagnosis.resolve.missing import releases
from ...diagnosis.resolve.world import World
from ...source.imports import call_node
from ...source.reference import Reference

_RESULTS = (
    ("utils.to_categorical", "returns float64, and returned float32", (3,)),
    ("activations.hard_sigmoid", "is x / 6 + 0.5 between its ends, and was 0.2 * x + 0.5", (3,)),
)
"""What is computed otherwise, as measured in kernels of Keras 2.15 and 3.13, from which release on."""


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    if world.before is None:
        return
    for reference in (*facts.by_kind.get("call", ()), *facts.by_kind.get("method", ())):
        told = _told(reference, facts, world, world.before)
        if told:
            yield Problem(
                rule="KA401",
                severity=INFO if reference.guarded else WARNING,
                title=f"{reference.name.rpartition('.')[2]} {told[0]}",
                cause=" ".join([*told[1:], _compared(reference, world, world.before)]),
                range=reference.range,
                reference=reference.name,
            )
    for reference in facts.by_kind.get("string", ()):
        found = of_string(reference, world, world.before)
        if _is_hard_sigmoid(reference, world, world.before):
            yield Problem(
                rule="KA401",
                severity=INFO if reference.guarded else WARNING,
                title="hard_sigmoid is x / 6 + 0.5 between its ends, and was 0.2 * x + 0.5",
                range=reference.range,
                reference=reference.name,
            )
        if found:
            named = _named(optimizer_of(reference), world, world.before)
            yield Problem(
                rule="KA401",
                severity=INFO if reference.guarded else WARNING,
                title=f"{reference.name.partition(':')[2]} {_has(found[0])}",
                cause=" ".join([*(f"It {_has(each)}." for each in found[1:]), named]),
                range=reference.range,
                reference=reference.name,
            )


def _has(change: Change) -> str:
    return f"has {change.name}={change.now}, and had {change.before}"


def _named(name: str, world: World, before: World) -> str:
    return f"Compared are {releases(name, before)} and {releases(name, world)}."


def _compared(reference: Reference, world: World, before: World) -> str:
    return _named(reference.name, world, before)


def _told(reference: Reference, facts: CellFacts, world: World, before: World) -> list[str]:
    """What a call does otherwise: the headline, and sentences."""
    old, new = before.parameters(reference.name), world.parameters(reference.name)
    here = bound(reference, world)
    if old is None or new is None or here is None or not here.fits:
        return []
    if call_node(facts.cell, reference) is None or old.is_wrapped or new.is_wrapped or reference.open_ended:
        return []
    if not old.bind(reference.positional, reference.keywords).fits:
        return []
    if moved_place(reference, old, new, world) is not None:
        return []  # KA107 tells of it
    defaults = changed(reference, old, new, {*here.places, *reference.keywords}, world)
    results = [text for name, text, since in _RESULTS if _concerns(reference, name, since, world, before)]
    sentences = [*map(_has, defaults), *results]
    return [sentences[0], *(f"It {text}." for text in sentences[1:])] if sentences else []


def _concerns(reference: Reference, name: str, since: tuple[int, ...], world: World, before: World) -> bool:
    split = split_tree(reference.name)
    product = world.product(reference.name)
    versions = [version_key(each.version(each.product(reference.name)) or "0") for each in (before, world)]
    return split is not None and split[1] == name and product == "keras" and versions[0] < since <= versions[1]


def _is_hard_sigmoid(reference: Reference, world: World, before: World) -> bool:
    """Whether a string is the name of a function that is another one in Keras 3."""
    return reference.name == f"activation:{HARD_SIGMOID}" and world.keras_3 and not before.keras_3


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    reference = facts.reference_at(problem.range, problem.reference)
    if reference is None or world.before is None:
        return
    if _is_hard_sigmoid(reference, world, world.before):
        way = linear_hard_sigmoid(reference, facts, world)
    elif reference.kind == "string":
        way = with_defaults(reference, of_string(reference, world, world.before), facts, world)
    else:
        old, new, here = (
            world.before.parameters(reference.name),
            world.parameters(reference.name),
            bound(reference, world),
        )
        if old is None or new is None or here is None:
            return
        found = changed(reference, old, new, {*here.places, *reference.keywords}, world)
        way = with_defaults(reference, found, facts, world)
    if way is not None:
        yield way


RULE = Rule(
    code="KA401",
    name="silent change",
    lesson=Lesson(
        what="`GRU(64)` of Keras 2.2 has other weights and other results today, `Adadelta()` learns a thousand "
        "times slower, and nothing says so.",
        why="Defaults and results change between releases. `kerasmagic check --from "
        "tensorflow==2.9 --target …` compares each call in both records.",
        related=("KA104", "KA107"),
    ),
    tells=DEFAULT,
    on_cell=on_cell,
    fixes=fixes,
)

"""A call that is taken in both releases and does something else: asked for with the release that the code is from."""

from __future__ import annotations

import ast
from typing import Any, Iterable, Iterator

from ...catalog.changes import DEFAULT, Change, changes
from ...catalog.history import signatures
from ...catalog.signature import Signature
from ...catalog.store import version_key
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import split_tree
from ...diagnosis.model.problem import INFO, WARNING, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.rewrite import spelled
from ...diagnosis.resolve.arguments import moved_place, what_became
from ...diagnosis.resolve.calls import bound
from ...diagnosis.resolve.missing import releases
from ...diagnosis.resolve.world import World
from ...source.arguments import Written, arguments_of, rewritten
from ...source.edits import Edit
from ...source.imports import call_node
from ...source.reference import Reference

_HARMLESS = {"name", "verbose", "jit_compile", "run_eagerly", "steps_per_execution", "log_dir", "dpi", "width"}
"""What changes how a thing is called, shown or run, and not what it computes."""
_ONE = ({"auto", "sum_over_batch_size"}, {1, "auto"})
"""Values that stand for the same."""
_RESULTS = (
    ("utils.to_categorical", "returns float64, and returned float32", (3,)),
    ("activations.hard_sigmoid", "is x / 6 + 0.5 between its ends, and was 0.2 * x + 0.5", (3,)),
)
"""What is computed otherwise, as measured in kernels of Keras 2.15 and 3.13, from which release on."""
_OPTIMIZERS = {name.lower(): name for name in ("Adadelta", "Adagrad", "Adam", "Adamax", "Nadam", "RMSprop", "SGD")}
"""What all releases call by these names, in lower case."""


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
        called, found = _of_string(reference, world, world.before)
        if found:
            yield Problem(
                rule="KA401",
                severity=INFO if reference.guarded else WARNING,
                title=f"{reference.name.partition(':')[2]} {_has(found[0])}",
                cause=" ".join([*(f"It {_has(each)}." for each in found[1:]), _named(called, world, world.before)]),
                range=reference.range,
                reference=reference.name,
            )


def _of_string(reference: Reference, world: World, before: World) -> tuple[str, list[Change]]:
    """The optimizer that a string stands for, and what of it differs: ``optimizer="adadelta"``."""
    kind, _, string = reference.name.partition(":")
    called = f"keras.optimizers.{_OPTIMIZERS.get(string.lower(), '')}"
    old, new = before.parameters(called), world.parameters(called)
    if kind != "optimizer" or old is None or new is None or old.is_wrapped or new.is_wrapped:
        return called, []
    return called, _changes(reference._replace(name=called), old, new, set(), world)


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
    changes = _changes(reference, old, new, {*here.places, *reference.keywords}, world)
    results = [text for name, text, since in _RESULTS if _concerns(reference, name, since, world, before)]
    sentences = [*map(_has, changes), *results]
    return [sentences[0], *(f"It {text}." for text in sentences[1:])] if sentences else []


def _concerns(reference: Reference, name: str, since: tuple[int, ...], world: World, before: World) -> bool:
    split = split_tree(reference.name)
    product = world.product(reference.name)
    versions = [version_key(each.version(each.product(reference.name)) or "0") for each in (before, world)]
    return split is not None and split[1] == name and product == "keras" and versions[0] < since <= versions[1]


def _changes(reference: Reference, old: Signature, new: Signature, given: set[str], world: World) -> list[Change]:
    """The defaults that differ of what is not given, and matter."""
    renamed: dict[str, str] = {}
    for item in old.parameters:
        became = what_became(reference, item.name, world)
        if became and not became.joined:
            here = [name for name in became.new if new.default(name) is not None]
            renamed.update(zip([item.name], here))
    was = {now: before for before, now in renamed.items()}
    return [
        each
        for each in (*changes(old, new, renamed), *_begun(reference.name, old, new, set(was)))
        if each.kind == DEFAULT
        and not given & {each.name, was.get(each.name)}
        and each.name not in _HARMLESS
        and _differ(each.before, each.now)
    ]


def _begun(name: str, old: Signature, new: Signature, renamed: set[str]) -> Iterator[Change]:
    """A switch that came later began in the position that changes nothing: ``reset_after=False`` of GRU."""
    there = {item.name for item in old.parameters} | renamed
    for item in new.parameters:
        if item.name not in there:
            defaults = (signature.default(item.name) for _, signature in signatures(name))
            first = next((each for each in defaults if each is not None), None)
            if first in ("True", "False"):
                yield Change(DEFAULT, item.name, first, item.default)


def _differ(before: str | None, now: str | None) -> bool:
    """Whether two defaults are known, and stand for different things; None leaves it to the code behind it."""
    if before is None or now is None:
        return False
    try:
        one, other = ast.literal_eval(before), ast.literal_eval(now)
    except (ValueError, SyntaxError):
        return False
    if one is None or other is None or {repr(one), repr(other)} in [set(map(repr, each)) for each in _ONE]:
        return False
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() != other.lower()
    return _flat(one) != _flat(other)


def _flat(value: Any) -> set[Any]:
    """``(1, 1)`` is 1 in all directions."""
    return set().union(*map(_flat, value)) if isinstance(value, (tuple, list)) and value else {repr(value)}


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    reference = facts.reference_at(problem.range, problem.reference)
    if reference is not None and reference.kind == "string" and world.before is not None:
        called, found = _of_string(reference, world, world.before)
        name = spelled(facts.cell, (called,), facts.after, reference.range) if found else None
        if name is not None:
            given = ", ".join(f"{each.name}={each.before}" for each in found)
            edits = [*name[1], Edit(reference.range, f"{name[0]}({given})")]
            yield Proposal(f"Write what the default was: {given}", tuple(edits))
        return
    call = call_node(facts.cell, reference) if reference else None
    if reference is None or call is None or world.before is None:
        return
    old, new, here = world.before.parameters(reference.name), world.parameters(reference.name), bound(reference, world)
    arguments = arguments_of(facts.cell, call)
    if old is None or new is None or here is None or arguments is None:
        return
    changes = _changes(reference, old, new, {*here.places, *reference.keywords}, world)
    added = [f"{each.name}={each.before}" for each in changes]
    edits = rewritten(facts.cell, call, [Written(item.name) for item in arguments], added) if added else []
    if edits:
        otherwise = any("hard_sigmoid" in text for text in added) and (world.version("keras") or "").startswith("3.")
        differs = "hard_sigmoid itself is another function in Keras 3." if otherwise else ""
        yield Proposal(f"Write what the default was: {', '.join(added)}", tuple(edits), differs=differs)


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
    on_cell=on_cell,
    fixes=fixes,
)

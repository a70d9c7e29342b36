"""KerasClassifier and KerasRegressor: from Keras to SciKeras."""

from __future__ import annotations

from typing import Iterable, Iterator

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import Move
from ...diagnosis.model.problem import Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.repair.rewrite import import_edits, import_statement, references_of
from ...diagnosis.repair.search import Candidate
from ...diagnosis.resolve.kernel import KernelWorld
from ...diagnosis.resolve.missing import finder
from ...diagnosis.resolve.world import World
from ...kernel.distributions import installed
from ...source.imports import rename_keyword
from ...source.reference import Reference

_SCIKERAS = (
    "SciKeras replaces them: after the install, from scikeras.wrappers import KerasClassifier, KerasRegressor. "
    "What was build_fn= is model= there."
)

_THEN = "Then `from scikeras.wrappers import KerasClassifier, KerasRegressor`, and model= for build_fn=."
_CLASSES = ("KerasClassifier", "KerasRegressor")
MOVES = tuple(
    Move(module, advice=_SCIKERAS, commands=("scikeras",), then=_THEN)
    for module in ("keras.wrappers.scikit_learn", "keras.wrappers")
)

_DIFFERS = (
    "SciKeras passes to the function that builds the model only what it asks for by name, and wants other settings as "
    "model__name=."
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    reference = facts.reference_at(problem.range, problem.reference)
    here = isinstance(world, KernelWorld) and installed("scikeras") is not None
    if here and reference is not None and reference.kind == "from" and reference.member in _CLASSES:
        yield from _of_scikeras(reference, facts)
    yield from fixes(problem, facts, world)


def _of_scikeras(reference: Reference, facts: CellFacts) -> Iterator[Proposal]:
    """The classes of the same names in SciKeras, with the argument that they call otherwise."""
    statement = import_statement(facts.cell, reference)
    beside = references_of(facts.cell, statement, facts.references) if statement else []
    if statement is None or not all(each.member in _CLASSES for each in beside):
        return
    pairs = tuple((each, Candidate(f"scikeras.wrappers.{each.member}", "class", "")) for each in beside)
    edits, _ = import_edits(facts.cell, statement, pairs)
    for call in facts.by_kind.get("call", ()):
        if call.name in {each.name for each in beside}:
            edits += rename_keyword(facts.cell, call, "build_fn", "model")
    if edits:
        yield Proposal("Use SciKeras, which is installed", tuple(edits), "", _DIFFERS)


RULE = Rule(
    code="KI113",
    name="scikit-learn wrappers",
    lesson=Lesson(
        what="`from keras.wrappers.scikit_learn import KerasClassifier` fails.",
        why="Keras 2.13 removed the wrappers; the package SciKeras replaces them. Since 3.8 there is "
        "`keras.wrappers` again, with other classes (SKLearnClassifier).",
        since="keras 2.13",
        before="from keras.wrappers.scikit_learn import KerasClassifier",
        after="from keras.wrappers import SKLearnClassifier",
        target="tensorflow==2.21.0",
        related=("KI101",),
    ),
    moves=MOVES,
    on_cell=finder("KI113"),
    fixes=_fixes,
)

"""The parts that a model is compiled with, where some are of another Keras: all of them, from the live objects."""

from __future__ import annotations

import re
from typing import Any, Iterator, NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.move import split_tree
from ...diagnosis.model.problem import Proposal
from ...diagnosis.repair import rewrite
from ...diagnosis.repair.search import Candidate
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.origin import keras_package
from ...diagnosis.resolve.world import World
from ...source.bindings import object_value
from ...source.edits import Edit
from ...source.imports import ensure_import, replace_name
from ...source.reference import Reference
from ...source.values import Instance

_KERAS = ("keras", "tf_keras")
_KINDS = ("Optimizer", "BaseOptimizer", "OptimizerV2", "LearningRateSchedule", "Loss", "Metric")
_SIGNS = re.compile(
    r"object has no attribute '_distribute_strategy'|__call__\(\) missing 1 required positional argument: 'step'"
)
"""What is said of a metric, and of a schedule, of another Keras: neither is named."""
_OF_COMPILE = ("args", "kwargs", "optimizer", "loss", "metrics", "learning_rate", "identifier")
_DEEPEST = 4


class Part(NamedTuple):
    below: str
    """Its class, below the root of Keras: "optimizers.schedules.PolynomialDecay"."""
    package: str

    @property
    def name(self) -> str:
        return self.below.rpartition(".")[2]


def meets_parts_of_another(failure: Failure) -> bool:
    return _SIGNS.search(failure.message) is not None


def parts_of_another(failure: Failure, here: str, world: World) -> list[Part]:
    """The optimizer, its schedule, the loss and the metrics of another Keras, where it was asked for them.

    Arguments:
        here: the Keras that was given them.
    """
    found: dict[Part, None] = {}
    for frame in failing.python_frames(failure):
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] in _KERAS:
            for name in _OF_COMPILE:
                for thing in _flat(frame.f_locals.get(name), _DEEPEST):
                    part = _part(thing)
                    if part is not None and part.package != here and lookup(f"{here}.{part.below}", world):
                        found[part] = None
    return list(found)


def keras_that_failed(failure: Failure) -> str:
    """The package of the innermost step in Keras."""
    roots = [frame.module.partition(".")[0] for frame in failure.frames]
    return next((root for root in reversed(roots) if root in _KERAS), "")


def _flat(thing: Any, depth: int) -> Iterator[Any]:
    """An object with what it holds of the kind: the entries of a list, the schedule of an optimizer, the parts of a
    model."""
    if not depth:
        return
    if type(thing) in (list, tuple, dict) or session.members(thing):
        held = list(thing.values()) if type(thing) is dict else list(session.members(thing))
    else:
        yield thing
        names = ("optimizer", "loss", "compiled_metrics", "_compile_metrics", "_user_metrics", "_learning_rate")
        ours = session.is_of_keras(thing) and not isinstance(thing, type)
        held = [session.held(thing).get(name) for name in names] if ours else []
    for each in held:
        yield from _flat(each, depth - 1)


def _part(thing: Any) -> Part | None:
    """What an object of Keras's own class is."""
    package = session.root(thing)
    if package not in _KERAS or not any(session.is_kind(thing, kind) for kind in _KINDS):
        return None
    value = object_value(thing)
    split = split_tree(value.base) if isinstance(value, Instance) else None
    return Part(split[1], package) if split and split[1].count(".") else None


def from_one(parts: list[Part], here: str, facts: CellFacts, world: World) -> Proposal | None:
    """All parts made by the classes of one Keras; None where the cell does not make all of them."""
    edits: list[Edit] = []
    for part in parts:
        made = [each for each in facts.by_kind.get("call", ()) if _makes(each, part, world)]
        if not made:
            return None
        for reference in made:
            edits += _renamed(reference, f"{here}.{part.below}", facts)
    return Proposal(f"Take all of them from {here}", tuple(dict.fromkeys(edits)), f"{here} has the same classes.")


def _makes(reference: Reference, part: Part, world: World) -> bool:
    split = split_tree(reference.name)
    return split is not None and split[1] == part.below and keras_package(reference.name, world) == part.package


def _renamed(reference: Reference, name: str, facts: CellFacts) -> list[Edit]:
    imported = [other for other in facts.references if other.kind == "from" and other.name == reference.name]
    statement = rewrite.import_statement(facts.cell, imported[0]) if imported else None
    if statement is not None:
        return rewrite.import_edits(facts.cell, statement, ((imported[0], Candidate(name, "class", "tree")),))[0]
    found = rewrite.spelled(facts.cell, (name,), facts.after, reference.range)
    root = name.partition(".")[0]
    text, edits = found or (name, ensure_import(facts.cell, f"import {root}", reference.range))
    return [*replace_name(facts.cell, reference, text), *edits]

"""keras.optimizers.legacy in Keras 3: it can be imported, and raises when it is called."""

from __future__ import annotations

from typing import Iterable, Iterator

from ...diagnosis.evidence.cell import CellFacts, read
from ...diagnosis.evidence.failed_cell import package_between
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, INFO, WARNING, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair import rewrite
from ...diagnosis.repair.search import Candidate
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.origin import home
from ...diagnosis.resolve.world import World
from ...source.bindings import Bindings
from ...source.reference import Reference

_LEGACY = ".optimizers.legacy."
_RAISES = "LegacyOptimizerWarning"
"""What the classes of ``keras.optimizers.legacy`` are in Keras 3, under all their names."""


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    """An error where one is called; where one is only named, it is a warning."""
    named = [each for each in _legacy(facts) if home(each.name, world).endswith(_RAISES)]
    calls = [reference for reference in named if reference.kind == "call"]
    called = {reference.name for reference in calls}
    for reference in calls:
        yield _problem(_named_by(reference, named), ERROR)
    for reference in named:
        if reference.name not in called:
            yield _problem(reference, WARNING)


def _named_by(call: Reference, named: list[Reference]) -> Reference:
    """The expression that is called; or, where that is an imported name, the call."""
    start = call.range[:2]
    same = (each for each in named if each.kind == "attribute" and each.name == call.name)
    return next((each for each in same if each.range[:2] >= start and each.range[2:] <= call.range[2:]), call)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, ImportError) or "optimizers.legacy` is not supported" not in failure.message:
        return
    if package_between(failure):  # KI131
        return
    facts = read(failure.source, Bindings.from_namespace(failure.namespace or {}))
    for reference in (each for each in _legacy(facts) if each.kind != "call"):
        problem = _problem(reference, ERROR)
        yield problem.with_ways(fixes(problem, facts, world))
        return
    yield Problem(
        rule="KI140",
        severity=ERROR,
        title="keras.optimizers.legacy does not work in Keras 3",
        cause="In Keras 3 its classes can be imported, but fail when they are called. Here that happens in code "
        "outside this cell.",
        fixes=(Fix("manual", "Take the optimizer from keras.optimizers instead, where that is written."),),
    )


def _legacy(facts: CellFacts) -> Iterator[Reference]:
    """The places that name or call a legacy optimizer."""
    for reference in facts.references if "legacy" in facts.text else ():
        asked = reference.kind in ("from", "attribute", "call") and reference.member != "*"
        if asked and _LEGACY in reference.name:
            yield reference


def _problem(reference: Reference, severity: str) -> Problem:
    return Problem(
        rule="KI140",
        severity=INFO if reference.guarded else severity,
        title=f"In Keras 3, {reference.name} can be imported, but fails when you call it",
        cause="Keras 3 has no legacy optimizers; it keeps the names so that imports do not fail.",
        range=reference.range,
        reference=reference.name,
    )


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    reference = facts.reference_at(problem.range, problem.reference)
    if reference is not None and reference.kind == "call":  # by a name that an import bound: that is what is edited
        named = (each for each in facts.references if each.kind == "from" and each.name == problem.reference)
        reference = next(named, None)
    if reference is None:
        return
    name = reference.name.replace(_LEGACY, ".optimizers.")
    found = lookup(name, world)
    if found is not None:
        candidate = Candidate(name, found.kind, "moved")
        if reference.kind == "from":
            statement = rewrite.import_statement(facts.cell, reference)
            edits, text = (
                rewrite.import_edits(facts.cell, statement, ((reference, candidate),)) if statement else ([], "")
            )
        else:
            edits, text = rewrite.name_edits(facts.cell, reference, name, facts.after)
        if edits:
            yield Proposal(f"Use {name}", tuple(edits), f"{name} is {world.where(name)}.", shown=text)
    yield Fix(
        "manual",
        "If you need the legacy behaviour (decay=, old checkpoints), keep the notebook on Keras 2: install "
        "tf_keras and set TF_USE_LEGACY_KERAS=1 before TensorFlow is imported.",
    )


RULE = Rule(
    code="KI140",
    name="legacy optimizer in Keras 3",
    lesson=Lesson(
        what="`keras.optimizers.legacy.Adam()` ends in ImportError: keras.optimizers.legacy is not supported in "
        "Keras 3.",
        why="The import works, the call fails. The advice to use legacy optimizers, and the official upgrade "
        "script, date from TensorFlow 2.11 to 2.15.",
        since="keras 3.0",
        before="import tensorflow as tf\n\noptimizer = tf.keras.optimizers.legacy.Adam(1e-3)",
        after="import tensorflow as tf\n\noptimizer = tf.keras.optimizers.Adam(1e-3)",
        target="tensorflow==2.16.2",
        related=("KA102",),
    ),
    on_cell=on_cell,
    on_failure=on_failure,
    fixes=fixes,
)

"""An optimizer of TensorFlow Addons that wraps another one, or extends its class, and does so with legacy ones only."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import ATTRIBUTE
from ...diagnosis.repair.legacy_optimizers import legacy_name, on_legacy
from ...diagnosis.resolve.world import World
from ...source.imports import call_node
from ...source.nodes import last_name
from ...source.reference import Reference

_EXTENDS = "extend_with_decoupled_weight_decay"
_OF_LEGACY = ("_set_hyper", "_get_hyper", "_decayed_lr", "_create_slots", "_resource_apply_dense")
_SAYS = "is not an object of tf.keras.optimizers.legacy.Optimizer"


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    wrapper, kind = _wrapped(failure) if _SAYS in failure.message else _extended(failure)
    if facts is None or not wrapper or not kind:
        return
    legacy = legacy_name(f"tensorflow.keras.optimizers.{kind}", world)
    given = _given(kind, wrapper, facts) if wrapper == _EXTENDS else _made(kind, wrapper, facts)
    edits = [edit for each in given for edit in on_legacy(each, facts, world)]
    yield Problem(
        rule="KO111",
        severity=ERROR,
        title=f"{wrapper} takes legacy optimizers only, and this {kind} is a new one",
        cause=f"{wrapper} was written for the optimizers of before TensorFlow 2.11. Those are in "
        "tf.keras.optimizers.legacy.",
        reference=f"keras.optimizers.{kind}",
        fixes=(Fix("manual", _advice(kind, wrapper, legacy)),),
        proposals=(Proposal("Use the legacy optimizer", tuple(dict.fromkeys(edits)), f"{wrapper} takes this one."),)
        if edits
        else (),
    )


def _wrapped(failure: Failure) -> tuple[str, str]:
    """The class of the wrapper that refused an optimizer, and the class of that optimizer."""
    for frame in reversed([*failing.python_frames(failure)]):
        if "optimizer" in frame.f_locals and "self" in frame.f_locals:
            return session.class_name(frame.f_locals["self"]), session.class_name(frame.f_locals["optimizer"])
    return "", ""


def _extended(failure: Failure) -> tuple[str, str]:
    """The function that made a class of a new optimizer, whose methods ask it for what legacy ones have, and the class
    that it was given."""
    wanted = failure.wanted
    kind = type(failing.raising(failure)) if wanted is not None and wanted.kind == ATTRIBUTE else object
    if wanted is None or wanted.member not in _OF_LEGACY or session.root_of(kind) != "tensorflow_addons":
        return "", ""
    bases = [base for base in session.bases_of(kind) if session.root_of(base) in ("keras", "tensorflow")]
    return _EXTENDS, session.name_of(bases[0]) if bases else ""


def _given(kind: str, function: str, facts: CellFacts) -> list[Reference]:
    """The class that the cell gives to that function."""
    places = [facts.cell.range(node) for call in failing.calls_of(function, facts) for node in call.args]
    named = (*facts.by_kind.get("attribute", ()), *facts.by_kind.get("from", ()))
    return [each for each in named if each.name.endswith(f".optimizers.{kind}") and each.range in places]


def _made(kind: str, wrapper: str, facts: CellFacts) -> list[Reference]:
    """Where the cell makes the optimizer that the wrapper gets: in its parentheses, or under the name that it gets.
    Of one class, where that is made at one place only."""
    made = {
        call: reference
        for reference in facts.by_kind.get("call", ())
        if reference.name.rpartition(".")[2] == kind and ".optimizers." in reference.name
        for call in [call_node(facts.cell, reference)]
        if call is not None
    }
    assert facts.cell.tree is not None
    wrapping = [*failing.calls_of(wrapper, facts)]
    given = [node for call in wrapping for node in (*call.args, *(item.value for item in call.keywords))]
    names = {node.id for node in given if isinstance(node, ast.Name)}
    named = [
        statement.value
        for statement in ast.walk(facts.cell.tree)
        if isinstance(statement, ast.Assign) and names.intersection(map(last_name, statement.targets))
    ]
    found = [made[call] for call in (*given, *named) if isinstance(call, ast.Call) and call in made]
    return found or (list(made.values()) if len(made) == 1 else [])


def _advice(kind: str, wrapper: str, legacy: str) -> str:
    if legacy:
        if wrapper == _EXTENDS:
            return f"Give {wrapper} the class tf.keras.optimizers.legacy.{kind}."
        return f"Give {wrapper} a tf.keras.optimizers.legacy.{kind}, with the same arguments, where you make it."
    if kind == "AdamW":
        return f"Give {wrapper} a tfa.optimizers.AdamW(weight_decay=…, learning_rate=…): it is a legacy optimizer."
    return f"{kind} has no legacy class. Give {wrapper} another one, such as tf.keras.optimizers.legacy.Adam."


RULE = Rule(
    code="KO111",
    name="wrapper that takes legacy optimizers",
    lesson=Lesson(
        what="`tfa.optimizers.SWA(tf.keras.optimizers.Adam())` ends in TypeError: optimizer is not an object of "
        "tf.keras.optimizers.legacy.Optimizer.",
        why="TensorFlow 2.11 has new optimizers. SWA, Lookahead and MovingAverage of TensorFlow Addons wrap those of "
        "before, which TensorFlow keeps as tf.keras.optimizers.legacy up to 2.15.",
        since="tensorflow 2.11",
        related=("KO103", "KO108"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

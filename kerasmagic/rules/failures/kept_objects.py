"""What the session still has of an object whose name was given to another one: the model in what fit returned, the
values of a history in a table."""

from __future__ import annotations

import ast
from typing import Any, Iterator, Sequence

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.history import Ran
from ...diagnosis.model.problem import Fix, Proposal, Way
from ...source.edits import Edit
from ...source.nodes import index, last_name, string
from .lost_names import FITS, Lost


def kept(
    lost: Lost, asking: Sequence[ast.Attribute], cells: Sequence[Ran], failure: Failure, facts: CellFacts
) -> Iterator[Way]:
    """What can be asked in its place.

    Arguments:
        asking: where the cell asks the name for attributes.
    """
    yield from _recorded_values(lost, asking, facts)
    yield from _model_of_a_history(lost, asking, cells, failure, facts)
    yield from _model_of_itself(lost)


def _recorded_values(lost: Lost, asking: Sequence[ast.Attribute], facts: CellFacts) -> Iterator[Proposal]:
    """``history.history['loss']`` where ``history`` is the dictionary itself, or a table of it."""
    is_table = session.is_exactly(lost.thing, "pandas", "DataFrame")
    keys = list(session.attribute(lost.thing, "columns")) if is_table else lost.thing
    if lost.owner != "History" or lost.member != "history" or not (is_table or type(keys) is dict):
        return
    if type(lost.thing) is dict and any(type(each) is not list for each in lost.thing.values()):
        return  # the last values of each, or the like
    names = [key for key in keys if type(key) is str]
    asked = [node for node in asking if node.attr == "history"]
    items = [node for node in facts.cell.placed if isinstance(node, ast.Subscript) and node.value in asked]
    if not names or not {string(index(node)) for node in items} - {None} <= set(names):
        return
    edits = tuple(Edit(facts.cell.range(node), lost.name) for node in asked)
    evidence = f"It has {', '.join(map(repr, names[:6]))}{', …' if len(names) > 6 else ''}."
    yield Proposal(f"Leave .history out: {lost.name} has the values itself", edits, evidence)


def _model_of_a_history(
    lost: Lost, asking: Sequence[ast.Attribute], cells: Sequence[Ran], failure: Failure, facts: CellFacts
) -> Iterator[Proposal]:
    """``hist.model.evaluate(x, y)``: what fit returned still has the model that it trained."""
    trained = [*_trained(lost, cells, failure)] if lost.owner != "History" else []
    if not trained:
        return
    name, model = trained[-1]
    gone = [node for node in asking if not session.defines(lost.thing, node.attr) and session.defines(model, node.attr)]
    edits = tuple(Edit(facts.cell.range(node.value), f"{name}.model") for node in gone)
    if edits:
        evidence = f"{name} is what {lost.name}.fit returned, and keeps the model that was trained."
        yield Proposal(f"Ask {name}.model, the model that was trained", edits, evidence)


def _trained(lost: Lost, cells: Sequence[Ran], failure: Failure) -> Iterator[tuple[str, Any]]:
    """The names of what ``model.fit`` returned while the name stood for the model, which are live, with the models."""
    for ran in cells[lost.made.place : lost.taken.place + 1]:
        for node in ran.nodes():
            if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
                continue
            function, target = node.value.func, node.targets[0]
            if not isinstance(function, ast.Attribute) or function.attr not in FITS:
                continue
            model = _trained_by(failing.value_of(target, failure))
            named = isinstance(target, ast.Name) and target.id != lost.name and last_name(function.value) == lost.name
            if isinstance(target, ast.Name) and named and model is not None:
                yield target.id, model


def _trained_by(history: Any) -> Any:
    return session.own(history, "_model", "model") if session.is_kind(history, "History") else None


def _model_of_itself(lost: Lost) -> Iterator[Fix]:
    """``model = model.fit(x, y)``"""
    model = _trained_by(lost.thing)
    if model is None or not (session.defines(model, lost.member) or not lost.member):
        return
    value = getattr(lost.taken.statement, "value", None)
    function = value.func if isinstance(value, ast.Call) else None
    again = ""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.attr in FITS:
        again = f", and write history = {function.value.id}.{function.attr}(…) there"
    yield Fix("manual", f"Run {lost.name} = {lost.name}.model once, which gives the trained model back{again}.")

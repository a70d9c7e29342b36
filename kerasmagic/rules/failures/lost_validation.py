"""No ``val_loss`` although fit was given validation data: no batch of it came, or no epoch was validated."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Iterator, NamedTuple

from ...diagnosis.contract.data import DATASET, Data, describe
from ...diagnosis.contract.dataset_steps import Emptied, emptied
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import texts_of_session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal, Way
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_GIVEN = ("validation_data", "validation_split")
_FIT = ("fit", "fit_generator")
_PLACE = {"fit": 7, "fit_generator": 5}
"""Of validation_data, where it stands without its name; validation_split is before it."""


class _Told(NamedTuple):
    why: str
    """The end of the title."""
    ways: tuple[Way, ...]


def lost_validation(code: str, key: str, whose: str, failure: Failure) -> Problem | None:
    """Why nothing of the validation was recorded; None where fit was given nothing to validate with."""
    training = next(_trainings(failure), None)
    if training is None:
        return None
    facts, calls = training
    given = {item.arg: item.value for call in calls for item in call.keywords if item.arg}
    if not any(name in given for name in _GIVEN) and not any(map(_by_place, calls)):
        return None
    data = given.get("validation_data")
    told = _of_epochs(given, failure) or (_of_data(data, failure, facts) if data is not None else None) or _UNKNOWN
    if facts.cell.text != failure.source:  # no edit of another cell
        told = told._replace(ways=tuple(way for way in told.ways if isinstance(way, Fix)))
    found = Problem(
        rule=code,
        severity=ERROR,
        title=f"{whose} has no {key!r}: {told.why}",
        cause="Keras records values for validation data after each epoch in which a batch of it came.",
        reference=key,
    )
    return found.with_ways(told.ways)


def _trainings(failure: Failure) -> Iterator[tuple[CellFacts, list[ast.Call]]]:
    """The cells that call fit, and these calls; the one that failed first, then the newest."""
    for text in texts_of_session(failure):
        facts = failing.facts_of(replace(failure, source=text)) if "fit" in text else None
        calls = [call for name in _FIT for call in failing.calls_of(name, facts)] if facts is not None else []
        if facts is not None and calls:
            yield facts, calls


def _by_place(call: ast.Call) -> bool:
    return len(call.args) >= _PLACE[last_name(call.func)] or any(isinstance(each, ast.Starred) for each in call.args)


_UNKNOWN = _Told(
    "no batch of the validation data came",
    (
        Fix(
            "manual",
            "Look for what leaves it empty: more samples in a batch than there are, with drop_remainder=True; take(0); "
            "a generator that was used up; validation_freq.",
        ),
    ),
)


def _of_epochs(given: dict[str, ast.expr], failure: Failure) -> _Told | None:
    """``validation_freq=5`` in a training of fewer epochs."""
    often = failing.constant(given["validation_freq"], failure) if "validation_freq" in given else None
    epochs = failing.constant(given["epochs"], failure) if "epochs" in given else 1
    if type(often) is not int or type(epochs) is not int or often <= epochs:
        return None
    advice = f"Train {often} epochs at least, or leave validation_freq out: then each epoch is validated."
    return _Told(f"validation_freq={often}, and there were {epochs} epochs", (Fix("manual", advice),))


def _of_data(node: ast.expr, failure: Failure, facts: CellFacts) -> _Told | None:
    """A dataset or arrays without elements."""
    data, name = describe(failing.value_of(node, failure)), _short(node, facts)
    if data.form == DATASET:
        empty = emptied(data.value)
        return _of_dataset(empty, node, name, facts) if empty is not None else None
    parts = node.elts[:1] if isinstance(node, (ast.Tuple, ast.List)) else []
    inputs = describe(failing.value_of(parts[0], failure)) if parts else next(iter(data.parts), Data(None, ""))
    if inputs.shape is None or inputs.shape[:1] != (0,):
        return None
    name = _short(parts[0], facts) if parts else name
    advice = f"Look where {name} comes from: nothing was left for it. validation_split=0.2 takes a part of the data."
    return _Told(f"{name} is empty, of shape {inputs.shape}", (Fix("manual", advice),))


def _short(node: ast.expr, facts: CellFacts) -> str:
    text = failing.text_of(node, facts)
    return text if len(text) <= 30 and "\n" not in text else "validation_data"


def _of_dataset(empty: Emptied, node: ast.expr, name: str, facts: CellFacts) -> _Told:
    kind, before = empty.step.kind, empty.before
    size, count = empty.step.number("_batch_size"), empty.step.number("_count")
    if kind in ("Batch", "ParallelBatch") and before is not None and size is not None:
        edits = [*_whole_batches(node, facts)]
        evidence = f"The {before} samples become a batch of their own."
        change = [Proposal("Keep the last batch", (edits[0],), evidence)] if len(edits) == 1 else []
        by_hand = Fix("manual", f"Leave drop_remainder=True out, or take batches of {before} at most.")
        why = f"{name} has {before} samples, and drops what is no whole batch of {size}"
        return _Told(why, (*change, by_hand))
    if kind in ("Take", "Skip") and count is not None:
        has = f", and it has {before}" if before is not None and kind == "Skip" else ""
        advice = f"Look at the number in {kind.lower()}(…): it counts batches where it stands behind batch(…)."
        return _Told(f"{kind.lower()}({count}) leaves nothing of {name}{has}", (Fix("manual", advice),))
    return _Told(f"the dataset {name} is empty", (Fix("manual", f"Look where {name} comes from: it has no elements."),))


def _whole_batches(node: ast.expr, facts: CellFacts) -> Iterator[Edit]:
    """``drop_remainder=True`` of the batches that the validation data is made of, with its comma."""
    name = node.id if isinstance(node, ast.Name) else ""
    statements = (each for each in facts.cell.placed if isinstance(each, ast.Assign) and name)
    made: list[ast.AST] = [each.value for each in statements if [last_name(to) for to in each.targets] == [name]]
    for call in (each for whole in (made or [node]) for each in ast.walk(whole) if isinstance(each, ast.Call)):
        drops = [item for item in call.keywords if item.arg == "drop_remainder"]
        if last_name(call.func) != "batch" or not drops or getattr(drops[0].value, "value", None) is not True:
            continue
        given = [*call.args, *(item.value for item in call.keywords)]
        before = given[given.index(drops[0].value) - 1] if given[0] is not drops[0].value else None
        if before is not None:
            start, end = failing.end_range(before, facts), failing.end_range(drops[0].value, facts)
            yield Edit(Range(start.line, start.column, end.line, end.column), "")

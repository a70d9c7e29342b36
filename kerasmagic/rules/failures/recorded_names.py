"""A metric that the training history has by another name: numbered, in its long form, or of one output."""

from __future__ import annotations

import ast
import re
from typing import Callable, Iterator, NamedTuple, Sequence

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal, Way
from ...source.edits import Edit
from ...source.nodes import index, string
from ..arguments.metric_names import of_training

_LONG_NAMES = {
    "mae": "mean_absolute_error",
    "mse": "mean_squared_error",
    "rmse": "root_mean_squared_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "kld": "kl_divergence",
    "iou": "io_u",
    "f1": "f1_score",
}
_ACCURACIES = ("acc", "accuracy", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy")
_NUMBERED = "Keras numbers metric objects that get no name: the second AUC() of a session is recorded as 'auc_1'."
_BY_NAME = "Keras records a metric by the name that compile was given, or by that of its class or function."
_MOST_KEYS = 8


class Asked(NamedTuple):
    """A key that the cell asks of what a training recorded."""

    owner: ast.expr
    node: ast.expr | None
    """The key, where it is written out."""
    key: str
    keys: tuple[str, ...]
    """What was recorded."""


def recorded_as(key: str, keys: Sequence[str]) -> str:
    """The key by which the same metric was recorded; empty where none is, or several may be."""
    names = {of_training(each) for each in keys if each.startswith("val_") == key.startswith("val_")}
    name = of_training(key)
    ways: tuple[Callable[[str], bool], ...] = (
        lambda each: _without_number(each) == _without_number(name),
        lambda each: each in (_LONG_NAMES.get(name), *(short for short, long in _LONG_NAMES.items() if long == name)),
        lambda each: name in _ACCURACIES and each in _ACCURACIES,
        lambda each: each.endswith(f"_{name}"),
    )
    for is_same in ways:
        found = [each for each in names if is_same(each)]
        if found:
            new = f"val_{found[0]}" if key.startswith("val_") else found[0]
            return new if len(found) == 1 else ""
    return ""


def why(key: str, new: str) -> str:
    """Why a key was recorded by another name."""
    return _NUMBERED if _is_numbered(key, new) else _BY_NAME


def _is_numbered(key: str, new: str) -> bool:
    return bool(new) and _without_number(key) == _without_number(new)


def _without_number(name: str) -> str:
    return re.sub(r"_\d+$", "", name)


def _asked(wanted: str, failure: Failure, facts: CellFacts) -> Iterator[Asked]:
    """The keys that the cell asks of dictionaries that a training filled, and that these do not have; that of the line
    that failed first."""
    on_line = [node for node in failing.nodes(failure, facts) if isinstance(node, ast.Subscript)]
    others = [node for node in facts.cell.placed if isinstance(node, ast.Subscript) and node not in on_line]
    for node in (*on_line, *others):
        written, keys = string(index(node)), _recorded(node.value, failure, facts)
        key = written or (wanted if node in on_line else "")
        if keys and key and key not in keys:
            yield Asked(node.value, index(node) if written else None, key, keys)


def _recorded(owner: ast.expr, failure: Failure, facts: CellFacts) -> tuple[str, ...]:
    """The keys of a dictionary that a training filled; none of others, which have keys of their own."""
    histories = [value for _, value in session.variables(failure.namespace) if session.is_kind(value, "History")]
    filled = [session.own(each, "history") for each in histories]
    found = failing.value_of(owner, failure)
    if found is None and len(filled) == 1 and failing.text_of(owner, facts).endswith(".history"):
        found = filled[0]  # of a name that is gone with its comprehension
    of_lists = type(found) is dict and bool(found) and all(type(each) is list for each in found.values())
    if type(found) is not dict or not (any(each is found for each in filled) or (of_lists and "loss" in found)):
        return ()
    return tuple(each for each in found if type(each) is str)


def by_another_name(failure: Failure, wanted: str) -> Iterator[Problem]:
    """A key that was not recorded by this name; nothing where none of them is known to be asked of a training."""
    facts = failing.facts_of(failure)
    asked = [*_asked(wanted, failure, facts)] if facts is not None else []
    first = next((each for each in asked if each.key == wanted), None)
    if facts is None or first is None:
        return
    whose, new = failing.text_of(first.owner, facts), recorded_as(first.key, first.keys)
    title = f"{whose} has no {first.key!r}" + (f": it has {new!r}" if new else "")
    found = Problem("KA301", ERROR, title, why(first.key, new), reference=first.key)
    yield found.with_ways(_ways(first, asked, whose, facts))


def _ways(first: Asked, asked: Sequence[Asked], whose: str, facts: CellFacts) -> Iterator[Way]:
    name, new = of_training(first.key), recorded_as(first.key, first.keys)
    listed = ", ".join(map(repr, first.keys[:_MOST_KEYS])) + (", …" if len(first.keys) > _MOST_KEYS else "")
    if not new:
        yield Fix("manual", f"Write one of {listed}; or give compile the metric {name}, and train again.")
        return
    if _is_of_a_loop(first, facts) and _is_numbered(first.key, new):
        key = f"next(key for key in {whose} if key.startswith({_without_number(first.key)!r}))"
        yield Fix("manual", f"Each training of the loop may have a number of its own: ask for {key}.")
    elif first.node is not None:
        renamed = [(each.node, recorded_as(each.key, each.keys)) for each in asked]
        edits = tuple(_with_name(node, now, facts) for node, now in renamed if node is not None and now)
        news = " and ".join(dict.fromkeys(repr(now) for node, now in renamed if node is not None and now))
        yield Proposal(f"Use {news}", edits, f"{whose} has {listed}.")
    else:
        yield Fix("manual", f"Write {new!r} for {first.key!r}.")
    if _is_numbered(first.key, new):
        yield Fix("manual", f"Or give the metric a name of its own, name={name!r}; then compile and train again.")


def _with_name(node: ast.expr, new: str, facts: CellFacts) -> Edit:
    quote = failing.text_of(node, facts)[-1]
    return Edit(facts.cell.range(node), f"{quote}{new}{quote}")


def _is_of_a_loop(asked: Asked, facts: CellFacts) -> bool:
    """Whether the cell goes through several trainings under this name, or gives it the next one each time."""
    names = {node.id for node in ast.walk(asked.owner) if isinstance(node, ast.Name)}
    nodes = [*ast.walk(facts.cell.tree or ast.Module([], []))]
    inside = [each for node in nodes if isinstance(node, ast.For) for each in ast.walk(node)]
    inside += [each for node in nodes if isinstance(node, ast.comprehension) for each in ast.walk(node.target)]
    return any(isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in names for node in inside)

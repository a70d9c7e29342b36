"""A callback that watches a metric by another name than the one it is recorded under: val_acc for val_accuracy."""

from __future__ import annotations

import ast
import re
from typing import Any, Collection, Iterable, Iterator, Mapping, Tuple

from ...catalog.store import version_key
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failed_cell import facts_of
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, INFO, WARNING, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import call_node
from ...source.nodes import string
from ...source.position import Range
from ...source.reference import Reference
from .metric_names import OTHER_NAME, of_training

_WATCHERS = re.compile(r"(?:.*\.)?callbacks\.(ModelCheckpoint|EarlyStopping|ReduceLROnPlateau)$")
_RAISES = {"EarlyStopping": (3, 0), "ModelCheckpoint": (3, 13)}
"""From which Keras on training raises; before, it warns, and the callback does nothing."""
_Watched = Tuple[Reference, str, ast.expr]
"""The call of a callback, the name that it watches, and where that is written."""
_NO_DIRECTION = re.compile(r"(\w+) callback received monitor=(\w+),? but Keras isn't able to automatically determine")
_AS_GIVEN = (
    "Since Keras 2.3 a metric has the very name that compile was given: metrics=['accuracy'] is recorded as "
    "'accuracy' and 'val_accuracy'."
)


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    if any(_WATCHERS.match(each.name) for each in facts.by_kind.get("call", ())):
        for watched in _watched(facts, world, _given_to_compile(facts)):
            yield _problem(watched, facts, world)


def _problem(watched: _Watched, facts: CellFacts, world: World) -> Problem:
    reference, name, node = watched
    return Problem(
        rule="KA303",
        severity=INFO if reference.guarded else ERROR if _raises(reference, node, facts, world) else WARNING,
        title=f"{reference.name.rpartition('.')[2]} watches {name!r}; the metric is recorded as {OTHER_NAME[name]!r}",
        cause=_AS_GIVEN,
        range=facts.cell.range(node),
        reference=f"monitor:{name}",
    )


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    for watched in _watched(facts, world, _given_to_compile(facts)):
        if facts.cell.range(watched[2]) == problem.range:
            yield from _ways(watched, facts)
            return


def _ways(watched: _Watched, facts: CellFacts) -> tuple[Proposal, Fix]:
    reference, name, node = watched
    edits = [*_in_file_name(facts, reference, name), *_renamed(facts, node, name)]
    evidence = "It is the name that compile gives the metric in this program."
    return (
        Proposal(f"Watch {OTHER_NAME[name]!r}", tuple(edits), evidence),
        Fix("manual", f"Or keep {name!r}, and give metrics=[{of_training(name)!r}] to compile."),
    )


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    """Keras refuses, when training starts, to watch a name of which it knows no metric."""
    found, facts = _NO_DIRECTION.search(failure.message), facts_of(failure)
    name = found[2] if found else ""
    if found is None or facts is None or name not in OTHER_NAME:
        return
    given = _given_to_compile(facts) or _of_live_models(failure.namespace)
    for watched in _watched(facts, world, given):
        if watched[1] == name:
            yield _problem(watched, facts, world).with_ways(_ways(watched, facts))
            return
    other = OTHER_NAME[name]
    advice = Fix("manual", f"Give {found[1]} monitor={other!r}, or give metrics=[{of_training(name)!r}] to compile.")
    yield Problem(
        rule="KA303",
        severity=ERROR,
        title=f"{found[1]} watches {name!r}, and no metric of the model has that name",
        cause=_AS_GIVEN,
        reference=f"monitor:{name}",
        fixes=(advice,),
    )


def _watched(facts: CellFacts, world: World, given: Collection[str]) -> Iterator[_Watched]:
    """The calls of callbacks that watch one name of accuracy where the models have the other one, and only that."""
    if not _keeps_names(world):
        return
    for reference in facts.by_kind.get("call", ()):
        call = call_node(facts.cell, reference) if _WATCHERS.match(reference.name) else None
        node = _monitor(call, reference) if call else None
        name = string(node) if node is not None else None
        if node is None or name not in OTHER_NAME:
            continue
        if of_training(OTHER_NAME[name]) in given and of_training(name) not in given:
            yield reference, name, node


def _keeps_names(world: World) -> bool:
    """Whether a metric is recorded under the name that it was given."""
    keras, tensorflow = (version_key(world.version(root) or "0") for root in ("keras", "tensorflow"))
    return keras >= version_key("2.3") or tensorflow >= version_key("2.0")


def _monitor(call: ast.Call, reference: Reference) -> ast.expr | None:
    named = next((item.value for item in call.keywords if item.arg == "monitor"), None)
    place = 1 if reference.name.endswith(".ModelCheckpoint") else 0
    return named if named is not None else next(iter(call.args[place : place + 1]), None)


def _given_to_compile(facts: CellFacts) -> set[str]:
    """The metrics that the program gives to compile by a name."""
    strings = [*facts.by_kind.get("string", ()), *facts.earlier("metric")]
    return {each.name.partition(":")[2] for each in strings if each.name.startswith("metric:")}


def _of_live_models(namespace: Mapping[str, Any] | None) -> set[str]:
    """The metrics that the session's models were compiled with, by a name."""
    models = [value for _, value in session.variables(namespace) if session.is_kind(value, "Model")]
    lists = [session.own(session.own(model, "_compile_metrics"), "_user_metrics") for model in models]
    return {each for given in lists for each in session.members(given) if type(each) is str}


def _raises(reference: Reference, node: ast.expr, facts: CellFacts, world: World) -> bool:
    called = reference.name.rpartition(".")[2]
    call = call_node(facts.cell, reference)
    has_mode = call is not None and any(item.arg == "mode" for item in call.keywords)
    return called in _RAISES and not has_mode and version_key(world.version("keras") or "0") >= _RAISES[called]


def _renamed(facts: CellFacts, node: ast.expr, name: str) -> Iterator[Edit]:
    where = facts.cell.range(node)
    text = facts.cell.segment(where)
    if text[1:-1] == name:
        yield Edit(where, f"{text[0]}{OTHER_NAME[name]}{text[-1]}")


def _in_file_name(facts: CellFacts, reference: Reference, name: str) -> Iterator[Edit]:
    """The same name in the file name of a checkpoint: ``weights.{val_acc:.2f}.keras``."""
    call = call_node(facts.cell, reference)
    for node in [*call.args, *(item.value for item in call.keywords)] if call else ():
        where, value = facts.cell.range(node), string(node)
        if value is None or where.line != where.end_line:
            continue
        for found in re.finditer(rf"\{{{name}(?=[:}}])", facts.cell.segment(where)):
            start = where.column + found.start() + 1
            yield Edit(Range(where.line, start, where.line, start + len(name)), OTHER_NAME[name])


RULE = Rule(
    code="KA303",
    name="metric watched under another name",
    lesson=Lesson(
        what="`EarlyStopping(monitor='val_acc')` after `metrics=['accuracy']`: training ends in ValueError, or the "
        "callback only warns and does nothing.",
        why="Since Keras 2.3 a metric is recorded under the very name that compile was given. Before, 'accuracy' was "
        "shortened to 'acc'.",
        since="keras 2.3",
        before="from keras import Sequential, layers\nfrom keras.callbacks import EarlyStopping\n"
        "import numpy as np\nmodel = Sequential([layers.Dense(1, activation='sigmoid')])\n"
        "model.compile('sgd', 'binary_crossentropy', metrics=['accuracy'])\n"
        "model.fit(np.ones((8, 2)), np.ones(8), validation_split=0.5, callbacks=[EarlyStopping('val_acc')])",
        after="from keras import Sequential, layers\nfrom keras.callbacks import EarlyStopping\n"
        "import numpy as np\nmodel = Sequential([layers.Dense(1, activation='sigmoid')])\n"
        "model.compile('sgd', 'binary_crossentropy', metrics=['accuracy'])\n"
        "model.fit(np.ones((8, 2)), np.ones(8), validation_split=0.5, callbacks=[EarlyStopping('val_accuracy')])",
        target="tensorflow==2.21.0",
        related=("KA301",),
    ),
    on_cell=on_cell,
    on_failure=on_failure,
    fixes=fixes,
)

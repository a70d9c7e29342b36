"""A callback that watches a metric by another name than the one it is recorded under: val_acc for val_accuracy."""

from __future__ import annotations

import ast
import re
from typing import Iterable, Iterator

from ...catalog.store import version_key
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.problem import ERROR, INFO, WARNING, Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import call_node
from ...source.nodes import string
from ...source.position import Range
from ...source.reference import Reference

_WATCHERS = re.compile(r"(?:.*\.)?callbacks\.(ModelCheckpoint|EarlyStopping|ReduceLROnPlateau)$")
_OTHER = {"acc": "accuracy", "val_acc": "val_accuracy", "accuracy": "acc", "val_accuracy": "val_acc"}
_RAISES = {"EarlyStopping": (3, 0), "ModelCheckpoint": (3, 13)}
"""From which Keras on training raises; before, it warns, and the callback does nothing."""


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for reference, name, node in _watched(facts, world):
        yield Problem(
            rule="KA303",
            severity=INFO if reference.guarded else ERROR if _raises(reference, node, facts, world) else WARNING,
            title=f"{reference.name.rpartition('.')[2]} watches {name!r}; the metric is recorded as {_OTHER[name]!r}",
            cause="Since Keras 2.3 a metric has the very name that compile was given: metrics=['accuracy'] is recorded "
            "as 'accuracy' and 'val_accuracy'.",
            range=facts.cell.range(node),
            reference=f"monitor:{name}",
        )


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    for reference, name, node in _watched(facts, world):
        if facts.cell.range(node) == problem.range:
            edits = [*_in_file_name(facts, reference, name), *_renamed(facts, node, name)]
            title = f"Watch {_OTHER[name]!r}"
            yield Proposal(title, tuple(edits), "It is the name that compile gives the metric in this program.")
            yield Fix("manual", f"Or keep {name!r}, and give metrics=['{name.replace('val_', '')}'] to compile.")
            return


def _watched(facts: CellFacts, world: World) -> Iterator[tuple[Reference, str, ast.expr]]:
    """The calls of callbacks that watch one name of accuracy where the program's models have the other one."""
    if not _keeps_names(world):
        return
    for reference in facts.by_kind.get("call", ()):
        call = call_node(facts.cell, reference) if _WATCHERS.match(reference.name) else None
        node = _monitor(call, reference) if call else None
        name = string(node) if node is not None else None
        if node is not None and name in _OTHER and _is_recorded(_OTHER[name], name, facts):
            yield reference, name, node


def _keeps_names(world: World) -> bool:
    """Whether a metric is recorded under the name that it was given."""
    keras, tensorflow = (version_key(world.version(root) or "0") for root in ("keras", "tensorflow"))
    return keras >= version_key("2.3") or tensorflow >= version_key("2.0")


def _monitor(call: ast.Call, reference: Reference) -> ast.expr | None:
    named = next((item.value for item in call.keywords if item.arg == "monitor"), None)
    place = 1 if reference.name.endswith(".ModelCheckpoint") else 0
    return named if named is not None else next(iter(call.args[place : place + 1]), None)


def _is_recorded(wanted: str, watched: str, facts: CellFacts) -> bool:
    """Whether all that the program gives to compile is recorded under the one name, and nothing under the other."""
    strings = [*facts.by_kind.get("string", ()), *facts.earlier("metric")]
    metrics = {each.name.partition(":")[2] for each in strings if each.name.startswith("metric:")}
    return wanted.replace("val_", "") in metrics and watched.replace("val_", "") not in metrics


def _raises(reference: Reference, node: ast.expr, facts: CellFacts, world: World) -> bool:
    called = reference.name.rpartition(".")[2]
    call = call_node(facts.cell, reference)
    has_mode = call is not None and any(item.arg == "mode" for item in call.keywords)
    return called in _RAISES and not has_mode and version_key(world.version("keras") or "0") >= _RAISES[called]


def _renamed(facts: CellFacts, node: ast.expr, name: str) -> Iterator[Edit]:
    where = facts.cell.range(node)
    text = facts.cell.segment(where)
    if text[1:-1] == name:
        yield Edit(where, f"{text[0]}{_OTHER[name]}{text[-1]}")


def _in_file_name(facts: CellFacts, reference: Reference, name: str) -> Iterator[Edit]:
    """The same name in the file name of a checkpoint: ``weights.{val_acc:.2f}.keras``."""
    call = call_node(facts.cell, reference)
    for node in [*call.args, *(item.value for item in call.keywords)] if call else ():
        where, value = facts.cell.range(node), string(node)
        if value is None or where.line != where.end_line:
            continue
        for found in re.finditer(rf"\{{{name}(?=[:}}])", facts.cell.segment(where)):
            start = where.column + found.start() + 1
            yield Edit(Range(where.line, start, where.line, start + len(name)), _OTHER[name])


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
    fixes=fixes,
)

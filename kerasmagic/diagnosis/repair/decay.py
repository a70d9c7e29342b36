"""An optimizer's decay=, which is gone, as the learning rate schedule that it was."""

from __future__ import annotations

import ast
import re

from ...catalog.target import Found
from ...source.arguments import Argument, Written, arguments_of, rewritten
from ...source.edits import Edit
from ...source.imports import call_node, ensure_import
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.problem import Proposal
from ..resolve.world import World

_OPTIMIZERS = re.compile(r"((?:tensorflow\.)?keras|tf_keras)\.optimizers(?:\.\w+)?\.\w+$")
_RATES = ("learning_rate", "lr")
_SETS_THE_RATE = ("LearningRateScheduler", "ReduceLROnPlateau", "set_value")
_SCHEDULE = "InverseTimeDecay"
_SET = "The rate is no longer divided by 1 + decay * batches. Only a schedule does that, which {} cannot set."


def scheduled(reference: Reference, facts: CellFacts, world: World) -> Proposal | None:
    """``Adam(lr=0.1, decay=1e-4)``: the rate is divided by 1 + decay * batches, as decay did in every release."""
    call = call_node(facts.cell, reference)
    arguments = arguments_of(facts.cell, call) if call else None
    decay = next((item for item in arguments or () if item.name == "decay"), None)
    if call is None or arguments is None or decay is None or not _OPTIMIZERS.match(reference.name):
        return None
    sets = _sets_the_rate(facts)
    plan: list[Written | None] = [None if item is decay else _kept(item) for item in arguments]
    title = "Leave decay= out: it is 0"
    imports: list[Edit] = []
    if isinstance(decay.value, ast.Constant) and decay.value.value == 0:
        sets = ""
    elif sets:
        title = "Leave decay= out"
    else:
        schedule, imports = _spelled(reference, facts, world)
        rate = next((index for index, item in enumerate(arguments) if item.name in _RATES or item.name is None), None)
        if not schedule:
            return None
        text = facts.cell.text
        first = _default(reference, world) if rate is None else _text(arguments[rate], text)
        value = f"{schedule}({first}, decay_steps=1, decay_rate={_text(decay, text)})"
        place = arguments.index(decay) if rate is None else rate
        plan[place] = Written(None if rate is not None and arguments[rate].name is None else "learning_rate", value)
        title = f"Write the schedule that decay= was: {_SCHEDULE}"
    edits = [*imports, *rewritten(facts.cell, call, plan)]
    return Proposal(
        title,
        tuple(edits),
        evidence="" if sets else "The rate at batch n is rate / (1 + decay * n), as it was.",
        differs=_SET.format(sets) if sets else "",
    )


def _kept(item: Argument) -> Written:
    return Written("learning_rate" if item.name == "lr" else item.name)


def _text(item: Argument, text: str) -> str:
    return text[item.value_start : item.end]


def _default(reference: Reference, world: World) -> str:
    signature = world.parameters(reference.name)
    return (signature.default("learning_rate") if signature else None) or "0.001"


def _spelled(reference: Reference, facts: CellFacts, world: World) -> tuple[str, list[Edit]]:
    """How the cell can name the schedule, and what it must import for that; "" where there is none here."""
    package = re.sub(r"\.optimizers\..*", ".optimizers.schedules", reference.name)
    if not isinstance(world.import_from(package, _SCHEDULE), Found):
        return "", []
    owner = reference.written.rpartition(".")[0]
    if owner.endswith("optimizers"):
        return f"{owner}.schedules.{_SCHEDULE}", []
    return _SCHEDULE, ensure_import(facts.cell, f"from {package} import {_SCHEDULE}", reference.range)


def _sets_the_rate(facts: CellFacts) -> str:
    """What in the program sets the learning rate while it trains."""
    names = {value.rpartition(".")[2] for value in facts.after.names.values() if isinstance(value, str)}
    names |= {reference.name.rpartition(".")[2] for reference in facts.references}
    in_cells = (name for name in _SETS_THE_RATE if any(name in text for text in facts.after.program))
    return next((name for name in _SETS_THE_RATE if name in names), None) or next(in_cells, "")

"""Writing into a call what its defaults were in the release that it was written for."""

from __future__ import annotations

import ast
from typing import Sequence

from ...catalog.changes import Change
from ...source.arguments import Written, arguments_of, rewritten
from ...source.edits import Edit
from ...source.imports import call_node
from ...source.position import Range
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.problem import Proposal
from ..resolve.defaults import optimizer_of
from ..resolve.world import World
from .rewrite import spelled
from .written_out import above, can_be_written

HARD_SIGMOID = "hard_sigmoid"
_LINEAR = "hard_sigmoid_of_keras_2"
_OTHERWISE = "hard_sigmoid itself is another function in Keras 3."


def with_defaults(
    reference: Reference, found: Sequence[Change], facts: CellFacts, world: World, differs: str = ""
) -> Proposal | None:
    """The call with these defaults given by name; for an optimizer's string, the object with them.

    Arguments:
        differs: what is not certain about them.
    """
    if not found:
        return None
    values = {each.name: each.before or "" for each in found}
    said = ", ".join(f"{name}={value}" for name, value in values.items())
    edits: list[Edit] = []
    for name, value in values.items():
        if ast.literal_eval(value) == HARD_SIGMOID and world.keras_3:
            function, defined = hard_sigmoid(reference.range, facts, world)
            values[name], edits = function or value, defined
            differs = differs if function else " ".join(filter(None, (differs, _OTHERWISE)))
    added = [f"{name}={value}" for name, value in values.items()]
    call = call_node(facts.cell, reference)
    arguments = arguments_of(facts.cell, call) if call is not None else None
    if reference.kind == "string":
        made = spelled(facts.cell, (optimizer_of(reference),), facts.after, reference.range)
        edits += [*made[1], Edit(reference.range, f"{made[0]}({', '.join(added)})")] if made else []
    elif call is not None and arguments is not None:
        written = rewritten(facts.cell, call, [Written(item.name) for item in arguments], added)
        edits = [*edits, *written] if written else []
    else:
        return None
    return Proposal(f"Write what the default was: {said}", tuple(edits), differs=differs) if edits else None


def linear_hard_sigmoid(reference: Reference, facts: CellFacts, world: World) -> Proposal | None:
    """The string ``"hard_sigmoid"`` as the function that Keras 1 and 2 called so."""
    function, edits = hard_sigmoid(reference.range, facts, world)
    if not function:
        return None
    title = "Write hard_sigmoid as Keras 1 and 2 had it"
    return Proposal(title, (*edits, Edit(reference.range, function)), "It is 0.2 * x + 0.5, between 0 and 1.")


def hard_sigmoid(where: Range, facts: CellFacts, world: World) -> tuple[str, list[Edit]]:
    """What to write for the hard_sigmoid of Keras 1 and 2, and its definition where there is none yet; nothing where a
    name of it is taken."""
    if _LINEAR in facts.before.names:
        return _LINEAR, []
    defined = above(_LINEAR, where, facts) if can_be_written(_LINEAR, world) else None
    return (_LINEAR, defined) if defined is not None else ("", [])

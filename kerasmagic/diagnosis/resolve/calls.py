"""Calls of a cell whose arguments do not find their places in this world."""

from __future__ import annotations

from typing import Tuple

from ...catalog.signature import Call
from ...source.imports import call_node
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from .world import World

Misfit = Tuple[Reference, Call]


def misfits(facts: CellFacts, world: World) -> list[Misfit]:
    """The calls that raise for certain: too many arguments, too few, or one twice. Refused keywords are not asked."""
    return facts.once(_misfits, world)


def _misfits(facts: CellFacts, world: World) -> list[Misfit]:
    found = []
    for reference in (*facts.by_kind.get("call", ()), *facts.by_kind.get("method", ())):
        call = bound(reference, world)
        if reference.name.endswith(".add_weight") and call and call.twice:  # its order has a rule of its own
            continue
        if call is not None and not call.refused and not call.fits and call_node(facts.cell, reference) is not None:
            found.append((reference, call))
    return sorted(found, key=lambda misfit: misfit[0].range)


def bound(reference: Reference, world: World) -> Call | None:
    """How the arguments of a call find their places; None where that is not known."""
    signature = world.parameters(reference.name)
    if signature is None or (signature.bound and reference.kind == "call"):
        return None  # Model.fit(model, x) gives the instance, too
    call = world.bind(reference.name, reference.positional, reference.keywords)
    return call._replace(lacking=(), twice=()) if call is not None and reference.open_ended else call

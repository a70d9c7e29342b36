"""Whether a name that is called means the same call under its new name."""

from __future__ import annotations

from ...catalog.history import last_kind, signatures
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..resolve.arguments import moved_place
from ..resolve.world import World


def called_otherwise(reference: Reference, new: str, kind: str, facts: CellFacts, world: World) -> str:
    """What is another thing in a call under the new name, in a sentence; "" where nothing is known to be."""
    calls = [call for call in facts.by_kind.get("call", ()) if call.name == reference.name]
    here = world.parameters(new)
    if not calls or here is None or here.is_wrapped:
        return ""
    last = new.rpartition(".")[2]
    if kind == "class" and last_kind(reference.name) == "function":
        return f"{last} is a class: calling it makes an object, where the function gave its result."
    known = [signature for _, signature in signatures(reference.name)]
    for call in calls:
        old = next((each for each in reversed(known) if each.bind(call.positional, call.keywords).fits), None)
        if old is not None and moved_place(call, old, here, world) is not None:
            order = ", ".join(item.name for item in here.places[:6])
            return f"{last} takes its arguments in another order: {order}."
    return ""

"""An activation, a loss or a regularizer of the user's, asked for by the name it was registered under.

Keras 2 looks such a name up among the registered objects. Keras 3 does not: for most kinds it knows its own names only,
and takes the object itself.
"""

from __future__ import annotations

import ast
import sys
from types import FunctionType
from typing import Any, Iterator, Mapping, NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal, Way
from ...source.edits import Edit
from ...source.nodes import last_name

_REGISTRY = "keras.src.saving.object_registration"


class Registered(NamedTuple):
    """An object that the session registered."""

    name: str
    """The name it was registered under."""
    written: str
    """How the session names the object, or the function in it; empty where no variable has it."""


def registered(string: str, failure: Failure) -> Registered | None:
    """What the session registered under a name; None where it did not, or Keras is not Keras 3."""
    module = sys.modules.get(_REGISTRY)
    objects = session.held(module).get("GLOBAL_CUSTOM_OBJECTS")
    if type(objects) is not dict:
        return None
    found = [thing for key, thing in list(objects.items()) if type(key) is str and key.rpartition(">")[2] == string]
    return Registered(string, _written(found[0], failure.namespace)) if len(found) == 1 else None


def _written(thing: Any, namespace: Mapping[str, Any] | None) -> str:
    """The variable that has an object; of a layer Activation, that of the function it holds."""
    if session.is_kind(thing, "Activation"):
        thing = session.own(thing, "activation")
    by_name = [name for name, each in session.variables(namespace) if each is thing]
    own = thing.__name__ if type(thing) is FunctionType else ""
    return own if own in by_name else next(iter(by_name), "")


def told(kind: str, found: Registered, facts: CellFacts) -> Problem:
    """That Keras does not look there, with the object itself in place of its name."""
    return Problem(
        rule="KA302",
        severity=ERROR,
        title=f"Keras 3 does not look for the {kind} {found.name!r} among the registered objects",
        cause=f"Keras 2 did. Keras 3 knows its own names only, and takes any {kind} as an object.",
        reference=f"{kind}:{found.name}",
    ).with_ways(_ways(kind, found, facts))


def _ways(kind: str, found: Registered, facts: CellFacts) -> Iterator[Way]:
    places = [] if not found.written else list(_given(found.name, facts))
    objects = f"custom_objects={{'{found.written}': {found.written}}}"
    if places:
        edits = [Edit(facts.cell.range(node), found.written) for node in places]
        loads = list(_loads(facts))
        edits += [Edit(failing.end_range(each, facts), f", {objects}") for each in loads]
        yield Proposal(
            f"Give {found.written} itself",
            tuple(edits),
            f"{found.written} is what was registered as {found.name!r}."
            + ("" if loads else f" To load the model later: load_model(path, {objects})."),
        )
    written = found.written or "the object itself"
    yield Fix("manual", f"Give {written} in place of the text {found.name!r}, where the layer or compile gets it.")


def _given(string: str, facts: CellFacts) -> Iterator[ast.expr]:
    """The places where a call gets the text: not those that register it."""
    for call in facts.cell.calls.values():
        if "regist" in last_name(call.func) or last_name(call.func) in ("get", "getattr"):
            continue
        for node in (*call.args, *(item.value for item in call.keywords if item.arg != "name")):
            if isinstance(node, ast.Constant) and node.value == string:
                yield node


def _loads(facts: CellFacts) -> Iterator[ast.expr]:
    """The last arguments of the calls of the cell that load a model, and have no objects to do it with."""
    for call in facts.cell.calls.values():
        given = [*call.args, *(item.value for item in call.keywords)]
        if last_name(call.func) == "load_model" and given and "custom_objects" not in [i.arg for i in call.keywords]:
            yield max(given, key=facts.cell.end)

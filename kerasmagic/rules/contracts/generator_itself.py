"""``model.fit(datagen)``: the ImageDataGenerator, in the place of the iterator that its flow… made."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure

_OF_VALIDATION = ("val", "test", "dev")


def generator_itself(failure: Failure) -> Finding | None:
    """What to give for it; None where the call was given none."""
    call = failed_training(failure)
    roles = [role for role in ("x", "validation_data") if call is not None and _is_generator(call, role)]
    if call is None or not roles:
        return None
    named = {role: [*_made_by(call, role)] for role in roles}
    places = {role: call.written.get(role) for role in roles}
    edits: list[tuple[ast.AST, str]] = []
    for role in roles:
        node = places[role]
        if len(named[role]) == 1 and node is not None:
            edits.append((node, named[role][0]))
    change = Change("Give what it made", tuple(edits), evidence="It gives the images and labels of this generator.")
    return Finding(
        title=f"{call.text(roles[0])} is the ImageDataGenerator itself, and {call.method} takes what its flow makes",
        cause="It holds the settings; flow, flow_from_directory and flow_from_dataframe make an iterator of images and "
        "labels.",
        changes=(change,) if len(edits) == len(roles) else (),
        advice=tuple(_advice(call, role, named[role]) for role in roles[:1]),
        reference="ImageDataGenerator.flow",
    )


def _advice(call: Training, role: str, named: list[str]) -> str:
    if named:
        return f"Give {' or '.join(named[:3])}, which it made, in the place of {call.text(role)}."
    name, inputs = call.text(role), call.network.inputs
    size = inputs[0][1:3] if len(inputs) == 1 and len(inputs[0]) == 4 else ()
    target = f", target_size=({size[0]}, {size[1]})" if size and None not in size else ""
    return (
        f"Give what it makes: {name}.flow(x, y, batch_size=32) of arrays, or "
        f"{name}.flow_from_directory(folder{target}) of files."
    )


def _is_generator(call: Training, role: str) -> bool:
    return role in call.given and session.is_kind(call.given[role].value, "ImageDataGenerator")


def _made_by(call: Training, role: str) -> Iterator[str]:
    """The iterators of the session that it made; those that are for this role by their name, where there are others."""
    generator: Any = call.given[role].value
    found = [
        name
        for name, value in session.variables(call.namespace)
        if session.own(value, "image_data_generator") is generator
    ]
    fitting = [name for name in found if any(part in name.lower() for part in _OF_VALIDATION) == (role != "x")]
    yield from fitting or found

"""``fit(x, {'price': a, 'sold': b})``: labels in a dictionary whose keys are not the names of the outputs."""

from __future__ import annotations

import ast
import re

from ...diagnosis.contract.answer import Change, Finding, raised_by_keras, said
from ...diagnosis.contract.data import DICT
from ...diagnosis.contract.training import failed_training
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.resolve.spelling import near_name

_STRUCTURE = re.compile(
    r"different structures?|structures don't have the same|can't be found in either|expected \d+ arrays?"
    r"|do not correspond to any"
)


def keys_of_labels(failure: Failure) -> Finding | None:
    call = failed_training(failure) if raised_by_keras(failure) else None
    y = call.given.get("y") if call is not None else None
    names = call.network.names if call is not None else ()
    if call is None or y is None or y.form != DICT or len(names) < 2 or len(set(names)) != len(names):
        return None
    lacking = [name for name in names if name not in y.names]
    strange = [name for name in y.names if name not in names]
    told = said(failure)
    names_one = bool(strange) and any(key in told for key in y.names)
    if not names_one and not _STRUCTURE.search(told):
        return None
    if not strange:
        return _nothing_for(lacking, names)
    node = call.written.get("y")
    changes: tuple[Change, ...] = ()
    meant = {key: near_name(key, tuple(lacking)) or "" for key in strange}
    if len(strange) == len(lacking) == 1:
        meant = {strange[0]: lacking[0]}
    if isinstance(node, ast.Dict) and set(meant.values()) == set(lacking):
        keys = [key for key in node.keys if isinstance(key, ast.Constant) and key.value in meant]
        edits = tuple((key, repr(meant[str(key.value)])) for key in keys)
        evidence = f"The outputs of the model are called {', '.join(names)}."
        if len(edits) == len(meant):
            changes = (Change("Write the keys as the outputs are called", edits, "", evidence),)
    return Finding(
        title=f"The labels are called {', '.join(y.names)}, and the outputs of the model {', '.join(names)}",
        cause="In a dictionary of labels the keys are the names of the outputs.",
        changes=changes,
        advice=(f"Write the keys as the outputs are called: {', '.join(map(repr, names))}.",),
        reference="fit(y)",
    )


def _nothing_for(lacking: list[str], names: tuple[str, ...]) -> Finding:
    listed = ", ".join(lacking)
    return Finding(
        title=f"The labels have nothing for {listed}, {'an output' if len(lacking) == 1 else 'outputs'} of the model",
        cause=f"The outputs are called {', '.join(names)}, and each is compared with labels of its own.",
        advice=(f"Give labels for {listed}, too, or make the model without what needs none.",),
        reference="fit(y)",
    )

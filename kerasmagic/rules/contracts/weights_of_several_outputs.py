"""``sample_weight={'a': …, 'b': …}`` for a model with a list of outputs: Keras 3 looks weights up by their number."""

from __future__ import annotations

import ast
import re

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import DICT, LIST
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import string

_OF_ANOTHER_FORM = re.compile(r"You should provide one `sample_weight` array per output in `y`")


def weights_of_outputs(failure: Failure) -> tuple[Finding, Training] | None:
    """What is wrong with the form of the weights, or of the labels beside them; None for all else."""
    looked_up = isinstance(failure.exception, KeyError) and failure.exception.args == (0,)
    if not looked_up and not _OF_ANOTHER_FORM.search(failure.message):
        return None
    call = failed_training(failure)
    names = call.network.names if call is not None else ()
    if call is None or len(names) < 2 or type(session.own(call.model, "_outputs_struct")) is dict:
        return None
    forms = {role: call.given[role].form for role in ("y", "sample_weight") if role in call.given}
    if len(forms) < 2 or not set(forms.values()) <= {DICT, LIST} or DICT not in forms.values():
        return None
    named = [role for role, form in forms.items() if form == DICT]
    texts = {role: _in_order(role, names, call) for role in named}
    edits = tuple((call.written[role], text) for role, text in texts.items() if text)
    lists = ", ".join(f"{role}=[{', '.join(f'that of {name}' for name in names)}]" for role in named)
    verb = "is" if len(named) == 1 else "are"
    finding = Finding(
        title=f"The model has a list of outputs, and {' and '.join(named)} {verb} given by name",
        cause="Keras 3 looks the weights up by the number of the output: labels and weights have to be lists.",
        changes=(Change("Give lists, in the order of the outputs", edits),) if len(edits) == len(named) else (),
        advice=(f"Give lists in the order of the outputs: {lists}; ones for an output without weights.",),
        reference=f"{call.method}(sample_weight)",
    )
    return finding, call


def _in_order(role: str, names: tuple[str, ...], call: Training) -> str:
    """The values of a dictionary as a list; empty where one is lacking, or it is not written in the cell."""
    node, given = call.written.get(role), call.given[role]
    if call.facts is None or sorted(given.names) != sorted(names):
        return ""
    if isinstance(node, ast.Name):
        return f"[{', '.join(f'{node.id}[{name!r}]' for name in names)}]"
    values = {string(key): value for key, value in zip(node.keys, node.values)} if isinstance(node, ast.Dict) else {}
    if not set(names) <= set(values):
        return ""
    return f"[{', '.join(failing.text_of(values[name], call.facts) for name in names)}]"

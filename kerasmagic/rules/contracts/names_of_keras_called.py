"""``self.output(x)`` in the call of a model of the user's: output is Keras's own, and another name has the layer."""

from __future__ import annotations

import ast
from typing import Any

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.resolve.spelling import near_name

_OF_KERAS = ("input", "output", "inputs", "outputs")


def called_for_a_layer(model: Any, failure: Failure) -> Finding | None:
    """The line that calls ``self.output`` like a layer; None where it is not called, or is asked of something else."""
    facts = failing.facts_of(failure)
    for call in failing.calls(failure, facts) if facts is not None else ():
        asked = call.func
        if facts is None or not isinstance(asked, ast.Attribute) or asked.attr not in _OF_KERAS or not call.args:
            continue
        if failing.value_of(asked.value, failure) is not model:
            continue
        layers = [name for name, each in session.held(model).items() if session.is_kind(each, "Layer")]
        mine = tuple(name for name in layers if not name.startswith("_"))
        begun = [name for name in mine if asked.attr.startswith(name) or name.startswith(asked.attr)]
        meant = begun[0] if len(begun) == 1 else near_name(asked.attr, mine)
        owner, text = session.class_name(model), failing.text_of(asked.value, facts)
        change = Change(f"Write {text}.{meant}", ((asked, f"{text}.{meant}"),), evidence=f"{owner} has this layer.")
        return Finding(
            title=f"{asked.attr} of {owner} is Keras's own name, and no layer",
            cause=f"Its layers are {', '.join(mine)}." if mine else "The class has set no layer.",
            changes=(change,) if meant else (),
            advice=(f"Call one of its layers: {text}.{mine[-1] if mine else '…'}(…).",),
            reference=f"keras.Model.{asked.attr}",
        )
    return None

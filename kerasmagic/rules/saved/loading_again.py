"""``load_model(path, compile=False)``, and behind it the call of compile that the file tells."""

from __future__ import annotations

import ast
from typing import Any, Mapping

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.load_call import LoadCall
from ...diagnosis.model.problem import Proposal
from ...diagnosis.repair.library_names import Names
from ...saved.compile_line import compile_call
from ...saved.loader import Loader
from ...saved.model import SavedModel
from .authors import authors_own, in_session, users_own

MEASURED = "Measured: with compile=False these files load."


def recompiled(
    call: LoadCall, model: SavedModel, loader: Loader, namespace: Mapping[str, Any] | None
) -> Proposal | None:
    """The edit of a call in the cell; None where something that it needs is not in the session."""
    own, layers = (in_session(authors_own(model, compiled), namespace) for compiled in (True, False))
    objects = {"custom_objects": layers.objects} if layers.keys and call.argument("custom_objects") is None else {}
    edits = call.given(compile="False", **objects)
    if not edits or not call.variable or not layers.is_whole:
        return None
    if _compiles(call):
        return Proposal("Load it without them: the cell compiles it itself", tuple(edits), MEASURED)
    names = Names(call.facts, call.facts.cell.range(call.call), loader.package)
    written = {**{name: name for name in users_own(model, namespace)}, **own.written}
    compiling = compile_call(model, loader, written, names.spelled) if own.is_whole else None
    behind = call.behind(f"{call.variable}.{compiling}") if compiling else []
    if not behind:
        return None
    return Proposal(
        "Load it without them, then compile it again",
        (*edits, *names.imports, *behind),
        MEASURED,
        differs="The optimizer begins anew: its state is not loaded." if model.optimizer else "",
    )


def _compiles(call: LoadCall) -> bool:
    """Whether the cell compiles the model after it has loaded it."""
    later = (each for each in failing.calls_of("compile", call.facts) if each.lineno > call.call.lineno)
    return any(
        isinstance(each.func, ast.Attribute) and failing.text_of(each.func.value, call.facts) == call.variable
        for each in later
    )

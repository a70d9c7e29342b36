"""``loss=focal_loss`` of a function that makes the loss: called with labels and answers, it returns a function."""

from __future__ import annotations

import ast
from types import CodeType, FunctionType
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.compiling import compile_call, given_to
from ...diagnosis.contract.training import Training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure

_PLACES = ("loss", "metrics", "weighted_metrics")


def maker_given(name: str, call: Training, failure: Failure) -> Iterator[Finding]:
    """What to write for a function of the user's that was given as it is.

    Arguments:
        name: of the function that made the one of which Keras says that it is no number.
    """
    maker: Any = (failure.namespace or {}).get(name)
    if type(maker) is not FunctionType or not any(type(each) is CodeType for each in maker.__code__.co_consts):
        return
    code = maker.__code__
    taken = code.co_varnames[: code.co_argcount]
    free = len(maker.__defaults__ or ()) == len(taken) and not code.co_kwonlyargcount
    compiled = compile_call(call)
    given = [] if compiled is None else [node for place in _PLACES for node in _named(given_to(compiled, place), name)]
    place = next((each for each in _PLACES if compiled and [*_named(given_to(compiled, each), name)]), "loss")
    settings = "" if free else ", ".join(f"{each}=…" for each in taken)
    written = f"{place}={name}({settings})" if place == "loss" else f"{place}=[{name}({settings})]"
    change = Change(
        f"Call {name}",
        tuple((failing.end_range(node, call.facts), "()") for node in given) if call.facts else (),
        evidence=f"All parameters of {name} have defaults.",
    )
    yield Finding(
        f"{name} makes a loss, and is given without a call"
        if place == "loss"
        else f"{name} makes a metric, and is given without a call",
        f"Keras calls it with (y_true, y_pred), takes them for {' and '.join(taken[:2])}, and gets a function back.",
        changes=(change,) if free and change.edits else (),
        advice=(f"Write {written} in compile, and run that cell again.",),
        reference=f"compile({place})",
    )


def _named(given: ast.expr | None, name: str) -> Iterator[ast.Name]:
    """Where the function stands among what compile is given: alone, in a list or in a dictionary."""
    if isinstance(given, ast.Name) and given.id == name:
        yield given
    parts = given.elts if isinstance(given, (ast.List, ast.Tuple)) else []
    for part in given.values if isinstance(given, ast.Dict) else parts:
        yield from _named(part, name)

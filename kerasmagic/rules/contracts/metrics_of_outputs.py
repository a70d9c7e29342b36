"""The metrics of a model with several outputs: Keras 3 wants them for each output, Keras 2 gave each to all."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.network import is_network
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.resolve.spelling import near_name

_REFUSED = re.compile(
    r"Invalid `(?P<of_3_15>\w*metrics)`\. `\w+` should contain metrics objects"
    r"|when providing the `(?P<of_list>\w*metrics)` argument as a list, it should have as many entries"
    r"|In the dict argument `(?P<of_dict>\w*metrics)`, key"
)
_WHY = "Keras 3 gives the first entry to the first output, and so on; Keras 2 gave each metric to all outputs."


def metrics_of_outputs(failure: Failure) -> Finding | None:
    """What is wrong with the metrics of a live model with several outputs, as it was compiled; None for all else."""
    refused = _REFUSED.search(failure.message)
    model = next(_models(failure), None) if refused else None
    if refused is None or model is None:
        return None
    argument = next(filter(None, refused.groups()))
    names = [each for each in session.members(session.own(model, "output_names")) if type(each) is str]
    given = session.own(session.own(model, "_compile_metrics"), f"_user_{argument}")
    facts = failing.facts_of(failure)
    if len(names) < 2:
        return None
    if type(given) is dict:
        return _of_names(argument, [each for each in given if type(each) is str], names, facts)
    return _of_list(argument, [*session.members(given)], names, failure, facts)


def _models(failure: Failure) -> Iterator[Any]:
    """The models whose methods the error went through: Keras hides its own frames, and leaves the one that does so."""
    for frame in failing.python_frames(failure):
        args: Any = frame.f_locals.get("args")
        things = (frame.f_locals.get("self"), *(args[:1] if type(args) is tuple else ()))
        yield from (thing for thing in things if is_network(thing))


def _of_list(
    argument: str, given: list[Any], names: list[str], failure: Failure, facts: CellFacts | None
) -> Finding | None:
    if not given or any(type(each) in (list, tuple, dict) or session.members(each) for each in given):
        return None
    texts = [_text(each) for each in given]
    written = f"[{', '.join(texts)}]"
    return Finding(
        f"The model has {len(names)} outputs, and the list of {argument} has {len(given)}",
        _WHY,
        changes=tuple(_repeated(argument, len(names), failure, facts)) if facts is not None else (),
        advice=(f"Compile with {argument}={{{', '.join(f'{name!r}: {written}' for name in names)}}}.",),
        reference=f"compile({argument})",
    )


def _text(metric: Any) -> str:
    """How a metric is written: 'mae', keras.metrics.AUC(), my_function."""
    if type(metric) is str:
        return repr(metric)
    if type(metric) is FunctionType:
        return str(metric.__name__)
    return f"keras.metrics.{session.class_name(metric)}()" if session.root(metric) == "keras" else "…"


def _repeated(argument: str, outputs: int, failure: Failure, facts: CellFacts) -> Iterator[Change]:
    """``metrics=['mae']`` as ``metrics=[['mae'], ['mae']]``; a metric that is one object counts for one output only."""
    compiled = [*failing.calls_of("compile", facts)]
    lists = [item.value for call in compiled for item in call.keywords if item.arg == argument]
    if len(lists) != 1:
        return
    elements = lists[0].elts if isinstance(lists[0], (ast.List, ast.Tuple)) else [lists[0]]
    if all(_can_be_repeated(each, failure) for each in elements):
        whole = failing.text_of(lists[0], facts)
        texts = f"[{whole[1:-1].strip().rstrip(',')}]" if isinstance(lists[0], ast.Tuple) else whole
        evidence = f"The model in this kernel has {outputs} outputs. Each metric is for all of them, as in Keras 2."
        edit = ((lists[0], f"[{', '.join([texts] * outputs)}]"),)
        yield Change("Give each output the metrics", edit, evidence=evidence)


def _can_be_repeated(node: ast.expr, failure: Failure) -> bool:
    if isinstance(node, (ast.Constant, ast.Call)):
        return True
    value = failing.value_of(node, failure)
    return all(type(each) in (str, FunctionType) for each in (session.members(value) or (value,)))


def _of_names(argument: str, keys: list[str], names: list[str], facts: CellFacts | None) -> Finding | None:
    wrong = [key for key in keys if key not in names]
    if not wrong:
        return None
    free = [name for name in names if name not in keys]
    near = near_name(wrong[0], tuple(free)) or (free[0] if len(free) == len(wrong) == 1 else None)
    compiled = [*failing.calls_of("compile", facts)] if facts is not None else []
    written = [item.value for call in compiled for item in call.keywords if item.arg == argument]
    found = [key for each in written if isinstance(each, ast.Dict) for key in each.keys]
    edits = tuple((key, repr(near)) for key in found if isinstance(key, ast.Constant) and key.value == wrong[0])
    change = Change(f"Write {near!r}", edits, evidence=f"The outputs in this kernel are {', '.join(map(repr, names))}.")
    return Finding(
        f"No output of the model is called {wrong[0]!r}",
        f"In a dictionary of {argument} the keys are the names of the outputs, which are those of their layers.",
        changes=(change,) if near and len(edits) == 1 and len(wrong) == 1 else (),
        advice=(f"The outputs are called {' and '.join(map(repr, names))}: write one of these for {wrong[0]!r}.",),
        reference=f"compile({argument})",
    )

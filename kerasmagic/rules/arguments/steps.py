"""Epochs that are counted in samples, counted in batches: ``samples_per_epoch=2000`` of a flow with batches of 16."""

from __future__ import annotations

import ast
import re
from inspect import CO_GENERATOR
from types import FunctionType
from typing import Any, Mapping, NamedTuple

from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.repair.written_out import above
from ...diagnosis.resolve.kernel import KernelWorld
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import ensure_import, keyword_range
from ...source.nodes import last_name
from ...source.reference import Reference

COUNTED = {"samples_per_epoch": "steps_per_epoch", "nb_val_samples": "validation_steps", "val_samples": "steps"}
"""What counted samples, and what counts batches today."""
_OF_VALIDATION = "nb_val_samples"
_FLOWS = ("flow", "flow_from_directory", "flow_from_dataframe")
_BATCH = "batch_size"
_USUAL = "32"
"""The batch size of a flow that is not given one, in every release."""
_OF_KERAS_1 = frozenset(["nb_epoch", "max_q_size", "nb_worker", *COUNTED])
_OF_KERAS_2 = frozenset(["epochs", "max_queue_size", "workers", "use_multiprocessing", *COUNTED.values()])
_SAYS_BATCHES = re.compile("step|batch", re.IGNORECASE)
_OWN = "batch_size_of"
ABOUT = (
    "Samples were counted, and batches are: an epoch may differ by one batch where the data do not fill their last one."
)
_GIVEN = (
    "It counts with the batch size that the generator is given: one that gives more at a time, such as flipped copies, "
    "makes an epoch longer."
)
_LOOKS = "The generator is made once more, to see how many samples its first batch has."


class Steps(NamedTuple):
    """The arguments of a call that count samples, written anew."""

    edits: tuple[Edit, ...]
    exact: bool
    """An epoch has as many batches as it had."""
    about: str = ABOUT
    """What else there is to say."""
    left_out: tuple[str, ...] = ()
    """The arguments that the call goes without."""


def in_batches(
    call: ast.Call,
    facts: CellFacts,
    namespace: Mapping[str, Any] | None = None,
    places: Mapping[str, ast.expr] | None = None,
) -> Steps | None:
    """The call with its samples counted in batches; None where a batch size is not known, or there is none to count.

    Arguments:
        places: the arguments without a name, by their names in Keras 1.
    """
    placed = places or {}
    given = {**placed, **{item.arg: item.value for item in call.keywords if item.arg}}
    edits: list[Edit] = []
    exact = True
    asked = given_to_own = False
    left_out: tuple[str, ...] = ()
    for old in [name for name in COUNTED if name in given]:
        if old == _OF_VALIDATION and old not in placed and _are_arrays(given.get("validation_data"), call):
            left_out = (old,)
            continue
        source = given.get("validation_data") if old == _OF_VALIDATION else call.args[0] if call.args else None
        source = source or given.get("generator")
        flow = _flow(source, facts)
        own = None if _batch_size(flow, facts) else _own_batch_size(source, facts)
        given_to_own = given_to_own or own is not None
        batch = own or _batch_size(flow, facts) or _live_batch_size(source, facts, namespace)
        if batch is None:
            batch, asked = _asked_batch_size(source, facts, namespace), True
        where = facts.cell.range(given[old]) if old in placed else keyword_range(facts.cell, call, old)
        if batch is None or where is None:
            return None
        samples = _text(given[old], facts)
        edits.append(Edit(where, f"{COUNTED[old]}=math.ceil({samples} / {batch})"))
        exact = exact and flow is not None and _is_all_of(given[old], flow, facts)
    defined = above(_OWN, facts.cell.range(call), facts) if asked else []
    if not (edits or left_out) or defined is None:
        return None
    imported = ensure_import(facts.cell, "import math", facts.cell.range(call)) if edits else ()
    about = " ".join((ABOUT, *([_GIVEN] if given_to_own else []), *([_LOOKS] if asked else [])))
    return Steps((*imported, *defined, *edits), exact, about, left_out)


def counts_samples(reference: Reference, count: ast.expr, world: World) -> bool | None:
    """Whether a number without a name counts samples, as in Keras 1; None where the call does not tell.

    Arguments:
        count: what stands behind the generator.
    """
    if world.before is not None:
        return (world.before.version("keras") or "").startswith("1.")
    if _OF_KERAS_1 & set(reference.keywords):
        return True
    if not reference.name.startswith("keras.") or _OF_KERAS_2 & set(reference.keywords):
        return False
    says = any(
        (isinstance(node, ast.Name) and _SAYS_BATCHES.search(node.id)) or isinstance(node, (ast.Div, ast.FloorDiv))
        for node in ast.walk(count)
    )
    return False if says else None


def namespace_of(world: World) -> Mapping[str, Any] | None:
    """The variables of the kernel, where the world is one."""
    return world.namespace if isinstance(world, KernelWorld) else None


def _are_arrays(data: ast.expr | None, call: ast.Call) -> bool:
    """Whether validation data are arrays, or none: Keras 1 did not look at their number of samples then."""
    if data is None:
        return all(item.arg is not None for item in call.keywords)
    return isinstance(data, ast.Tuple) or (isinstance(data, ast.Constant) and data.value is None)


def _text(node: ast.expr, facts: CellFacts) -> str:
    text = facts.cell.segment(facts.cell.range(node))
    plain = isinstance(node, (ast.Name, ast.Constant, ast.Attribute, ast.Call, ast.Subscript))
    return text if plain else f"({text})"


def _flow(source: ast.expr | None, facts: CellFacts) -> ast.Call | None:
    """The call that makes a generator: written in place, or bound to its name once in the cell."""
    if isinstance(source, ast.Name):
        made = [node for node in facts.cell.placed if isinstance(node, ast.Assign) and _binds(node, source.id)]
        source = made[0].value if len(made) == 1 else None
    return source if isinstance(source, ast.Call) and last_name(source.func) in _FLOWS else None


def _binds(node: ast.Assign, name: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == name for each in node.targets for inner in ast.walk(each))


def _batch_size(flow: ast.Call | None, facts: CellFacts) -> str | None:
    if flow is None or any(item.arg is None for item in flow.keywords):
        return None
    given = {item.arg: item.value for item in flow.keywords}
    if _BATCH in given:
        return _text(given[_BATCH], facts)
    if last_name(flow.func) == "flow" and len(flow.args) > 2:
        return _text(flow.args[2], facts)
    return _USUAL if len(flow.args) <= 2 else None


def _own_batch_size(source: ast.expr | None, facts: CellFacts) -> str | None:
    """What a generator function of the user's is given as ``batch_size``, which is what it gives in one go."""
    made = [node.value for node in facts.cell.placed if isinstance(node, ast.Assign) and _is_bound(node, source)]
    call = made[0] if len(made) == 1 else source
    if not isinstance(call, ast.Call) or any(item.arg is None for item in call.keywords):
        return None
    given = next((item.value for item in call.keywords if item.arg == _BATCH), None)
    functions = (each for each in facts.cell.placed if isinstance(each, ast.FunctionDef))
    function = next((each for each in functions if isinstance(call.func, ast.Name) and each.name == call.func.id), None)
    if given is None and function is not None:
        names = [each.arg for each in function.args.args]
        place = names.index(_BATCH) if _BATCH in names else len(call.args)
        first_default = len(names) - len(function.args.defaults)
        if place < len(call.args):
            given = call.args[place]
        elif _BATCH in names and place >= first_default:
            given = function.args.defaults[place - first_default]
    return _text(given, facts) if given is not None and not isinstance(given, ast.Starred) else None


def _asked_batch_size(source: ast.expr | None, facts: CellFacts, namespace: Mapping[str, Any] | None) -> str | None:
    """How to ask a generator of the user's: the call that makes it can make another one."""
    made = [node.value for node in facts.cell.placed if isinstance(node, ast.Assign) and _is_bound(node, source)]
    call = made[0] if len(made) == 1 else source
    if not isinstance(call, ast.Call) or any(isinstance(each, ast.Starred) for each in call.args):
        return None
    name = last_name(call.func)
    here = any(isinstance(each, ast.FunctionDef) and each.name == name and _yields(each) for each in facts.cell.placed)
    earlier = namespace.get(call.func.id) if namespace is not None and isinstance(call.func, ast.Name) else None
    known = here or (isinstance(earlier, FunctionType) and bool(earlier.__code__.co_flags & CO_GENERATOR))
    return f"{_OWN}({_text(call, facts)})" if known else None


def _yields(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in ast.walk(function))


def _is_bound(node: ast.Assign, source: ast.expr | None) -> bool:
    return isinstance(source, ast.Name) and _binds(node, source.id)


def _live_batch_size(source: ast.expr | None, facts: CellFacts, namespace: Mapping[str, Any] | None) -> str | None:
    """``flow.batch_size`` of an iterator that an earlier cell made."""
    if namespace is None or not isinstance(source, ast.Name):
        return None
    thing = namespace.get(source.id)
    size = session.own(thing, "batch_size") if session.is_of_keras(thing) else None
    return f"{source.id}.batch_size" if type(size) is int else None


def _is_all_of(samples: ast.expr, flow: ast.Call, facts: CellFacts) -> bool:
    """Whether the samples of an epoch are those that the flow has: ``len(x)`` or ``x.shape[0]`` of ``flow(x, y)``."""
    first = flow.args[0] if flow.args and last_name(flow.func) == "flow" else None
    if first is None:
        return False
    data = facts.cell.segment(facts.cell.range(first))
    return facts.cell.segment(facts.cell.range(samples)) in (f"len({data})", f"{data}.shape[0]")

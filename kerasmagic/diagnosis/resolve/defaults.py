"""The defaults of a call that are others today than in the release it was written for."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ...catalog.changes import DEFAULT, Change, changes
from ...catalog.history import signatures
from ...catalog.signature import Signature
from ...source.reference import Reference
from .arguments import what_became
from .world import World

_HARMLESS = frozenset(
    ("name", "verbose", "jit_compile", "run_eagerly", "steps_per_execution", "log_dir", "dpi", "width", "path")
)
"""What changes how a thing is called, shown, run or stored, and not what it computes."""
_ONE = ({"auto", "sum_over_batch_size"}, {1, "auto"}, {"zero", "zeros"}, {"one", "ones"})
"""Values that stand for the same."""
_OPTIMIZERS = {name.lower(): name for name in ("Adadelta", "Adagrad", "Adam", "Adamax", "Nadam", "RMSprop", "SGD")}
"""What all releases call by these names, in lower case."""


def optimizer_of(reference: Reference) -> str:
    """The class that a string stands for: ``keras.optimizers.Adadelta`` of ``optimizer="adadelta"``; "" for others."""
    kind, _, string = reference.name.partition(":")
    found = _OPTIMIZERS.get(string.lower(), "")
    return f"keras.optimizers.{found}" if kind == "optimizer" and found else ""


def of_string(reference: Reference, world: World, before: World) -> list[Change]:
    """What differs of the optimizer that a string stands for."""
    called = optimizer_of(reference)
    old, new = (each.parameters(called) if called else None for each in (before, world))
    if old is None or new is None or old.is_wrapped or new.is_wrapped:
        return []
    return changed(reference._replace(name=called), old, new, set(), world)


def changed(reference: Reference, old: Signature, new: Signature, given: set[str], world: World) -> list[Change]:
    """The defaults that differ of what is not given, and matter.

    Arguments:
        given: the names, of today or of then, of what the call gives.
    """
    renamed: dict[str, str] = {}
    for item in old.parameters:
        became = what_became(reference, item.name, world)
        if became and not became.joined:
            here = [name for name in became.new if new.default(name) is not None]
            renamed.update(zip([item.name], here))
    was = {now: before for before, now in renamed.items()}
    return [
        each
        for each in (*changes(old, new, renamed), *_begun(reference.name, old, new, set(was)))
        if each.kind == DEFAULT
        and not given & {each.name, was.get(each.name)}
        and each.name not in _HARMLESS
        and _differ(each.before, each.now)
    ]


_BEGAN = {("keras.optimizers.Adagrad", "initial_accumulator_value"): "0.0"}
"""What held before there was an argument for it, as measured with Keras 1.2.2: Adagrad's sums began at zero."""


def _begun(name: str, old: Signature, new: Signature, renamed: set[str]) -> Iterator[Change]:
    """A switch that came later began in the position that changes nothing: ``reset_after=False`` of GRU."""
    there = {item.name for item in old.parameters} | renamed
    for item in new.parameters:
        if (name, item.name) in _BEGAN and item.name not in there:
            yield Change(DEFAULT, item.name, _BEGAN[name, item.name], item.default)
        elif item.name not in there:
            defaults = (signature.default(item.name) for _, signature in signatures(name))
            first = next((each for each in defaults if each is not None), None)
            if first in ("True", "False"):
                yield Change(DEFAULT, item.name, first, item.default)


def _differ(before: str | None, now: str | None) -> bool:
    """Whether two defaults are known, and stand for different things; None leaves it to the code behind it."""
    if before is None or now is None:
        return False
    try:
        one, other = ast.literal_eval(before), ast.literal_eval(now)
    except (ValueError, SyntaxError):
        return False
    if one is None or other is None or {_text(one), _text(other)} in [set(map(_text, each)) for each in _ONE]:
        return False
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() != other.lower()
    if _is_number(one) and _is_number(other):
        return bool(one != other)
    return _flat(one) != _flat(other)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _text(value: Any) -> str:
    return repr(value).lower()


def _flat(value: Any) -> set[Any]:
    """``(1, 1)`` is 1 in all directions."""
    return set().union(*map(_flat, value)) if isinstance(value, (tuple, list)) and value else {repr(value)}

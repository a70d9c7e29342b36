"""The layers of a live model, also those in layers of the user's, with what they hold; read, never called."""

from __future__ import annotations

from types import FunctionType
from typing import Any, Iterator

from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.failure import Failure
from .network import is_network

_KERAS = ("keras", "tf_keras", "tensorflow")
_MOST = 5_000
"""Objects that are looked at."""


def model_in(failure: Failure) -> Any:
    """The live model that Keras was working on when it raised; None where no frame has one."""
    for frame in failing.python_frames(failure):
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] not in _KERAS:
            continue
        given: Any = frame.f_locals.get("args")
        first = given[0] if type(given) is tuple and given else None
        for thing in (frame.f_locals.get("self"), frame.f_locals.get("model"), frame.f_locals.get("obj"), first):
            if is_network(thing):
                return thing
    return None


def layers_in(model: Any) -> Iterator[Any]:
    """A model, its layers, and the layers that those hold, each once."""
    seen: set[int] = set()
    waiting = [model]
    while waiting and len(seen) < _MOST:
        thing = waiting.pop(0)
        if id(thing) in seen or not session.is_kind(thing, "Layer"):
            continue
        seen.add(id(thing))
        yield thing
        for value in list(session.held(thing).values()):
            waiting += [value, *session.members(value)]


def top_layers(model: Any) -> tuple[Any, ...]:
    """The layers that a model is made of, without those inside of them."""
    listed = session.own(model, "_self_tracked_trackables", "_layers")
    found = [each for each in session.members(listed) if session.is_kind(each, "Layer")]
    return tuple(found)


def arguments_of(thing: Any) -> tuple[str, ...]:
    """The arguments that an object of the user's class was made with, by its ``__init__``; empty for Keras's own."""
    start = session.defined(type(thing), "__init__")
    if type(start) is not FunctionType:
        return ()
    code = start.__code__
    return tuple(code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount])

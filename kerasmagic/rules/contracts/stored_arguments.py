"""What a class of the user's has to say about its arguments, so that Keras can save and load its objects."""

from __future__ import annotations

from types import FunctionType
from typing import Any, Callable, Iterator, NamedTuple

from ...diagnosis.contract.held_layers import layers_in, model_in
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure

PLAIN, LAYER, LAYERS, FUNCTION, OTHER = "plain", "layer", "layers", "function", "other"
INT, FLOAT = "int", "float"
_KERAS = ("keras", "tf_keras", "tensorflow")


class Argument(NamedTuple):
    """One argument of ``__init__``, and what the live object keeps of it."""

    name: str
    kind: str
    """Of its value, ``int`` and ``float`` where a tensor holds one number; ``other``
    where the object does not keep it by this name."""
    kept: bool
    has_default: bool = False
    value: Any = None


class Stored(NamedTuple):
    """A class whose objects are to be stored."""

    name: str
    arguments: tuple[Argument, ...]
    takes_more: bool
    """Whether ``__init__`` takes ``**kwargs``."""
    is_schedule: bool = False
    """Of the learning rate: its base class stores nothing, and has no name to be given."""

    @property
    def own_classes(self) -> tuple[type, ...]:
        """The user's own classes among the layers that it is given."""
        given = [each for argument in self.arguments for each in (argument.value, *session.members(argument.value))]
        layers = [type(each) for each in given if session.is_kind(each, "Layer")]
        return tuple(dict.fromkeys(each for each in layers if session.root_of(each) not in _KERAS))

    def methods(self, spelled: Callable[[str], str]) -> tuple[str, ...]:
        """``get_config``, and ``from_config`` where layers are among the arguments."""
        entries = [f"{each.name!r}: {_stored(each, spelled)}" for each in self.arguments]
        inherited = [] if self.is_schedule else ["**super().get_config()"]
        lines = [f"def get_config(self): return {{{', '.join([*inherited, *entries])}}}"]
        made = [f"{each.name}={_loaded(each, spelled)}" for each in self.arguments if each.kind in (LAYER, LAYERS)]
        if made:
            lines += ["@classmethod", f"def from_config(cls, config): return cls({', '.join([*made, '**config'])})"]
        return tuple(lines)

    @property
    def demands(self) -> str:
        """What ``__init__`` lacks for that; empty where it lacks nothing."""
        lost = [f"self.{each.name} = {each.name}" for each in self.arguments if not each.kept]
        parts = (
            [] if self.takes_more or self.is_schedule else ["take **kwargs and give them to super().__init__(**kwargs)"]
        )
        parts += [f"keep {' and '.join(lost)}"] if lost else []
        return f"Its __init__ has to {', and to '.join(parts)}." if parts else ""


def _stored(argument: Argument, spelled: Callable[[str], str]) -> str:
    held = f"self.{argument.name}"
    if argument.kind in (INT, FLOAT):  # a tensor goes into no file
        return f"{argument.kind}({held})"
    if argument.kind == LAYER:
        return f"{spelled('layers.serialize')}({held})"
    return f"[{spelled('layers.serialize')}(each) for each in {held}]" if argument.kind == LAYERS else held


def _loaded(argument: Argument, spelled: Callable[[str], str]) -> str:
    made, stored = spelled("layers.deserialize"), f"config.pop({argument.name!r})"
    return f"{made}({stored})" if argument.kind == LAYER else f"[{made}(each) for each in {stored}]"


def stored_class(name: str, failure: Failure) -> Stored | None:
    """The class of this name, with what an object of it keeps, if the session has it and Keras made its base."""
    cls = (failure.namespace or {}).get(name)
    if not isinstance(cls, type) or not session.is_class_of_keras(cls) or session.root_of(cls) in _KERAS:
        return None
    start = session.members_by_name(cls).get("__init__")
    if type(start) is not FunctionType:
        return None
    code = start.__code__
    names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
    live = next(_objects(cls, failure), None)
    needed = names[: code.co_argcount - 1 - len(start.__defaults__ or ())]
    arguments = tuple(
        _argument(each, live, code.co_names, each not in needed) for each in names if each not in _OF_KERAS
    )
    is_schedule = any(session.name_of(base) == "LearningRateSchedule" for base in session.bases_of(cls))
    return Stored(name, arguments, takes_keywords(cls), is_schedule)


def takes_keywords(cls: type) -> bool:
    """Whether the ``__init__`` of a class of the user's, if it has one, takes ``**kwargs``."""
    start = session.members_by_name(cls).get("__init__")
    return type(start) is not FunctionType or bool(start.__code__.co_flags & _KEYWORDS)


_KEYWORDS = 0x08
_OF_KERAS = ("name", "trainable", "dtype")


def _objects(cls: type, failure: Failure) -> Iterator[Any]:
    raising, model = failing.raising(failure), model_in(failure)
    for each in (raising, *(layers_in(model) if model is not None else ())):
        if type(each) is cls:
            yield each


def _argument(name: str, live: Any, attributes: tuple[str, ...], has_default: bool) -> Argument:
    held = session.held(live) if live is not None else {}
    value = held.get(name)
    kept = name in held if live is not None else name in attributes
    return Argument(name, _kind(value), kept, has_default, value)


def _kind(value: Any) -> str:
    if session.is_kind(value, "Layer"):
        return LAYER
    listed = session.members(value)
    if listed and all(session.is_kind(each, "Layer") for each in listed):
        return LAYERS
    if type(value) is FunctionType:
        return FUNCTION
    if session.class_name(value) == "EagerTensor" and str(session.attribute(value, "shape")) == "()":
        return INT if "int" in str(session.attribute(value, "dtype")) else FLOAT
    plain = value is None or session.is_plain(value, int, float, str, bool, list, tuple, dict) or bool(listed)
    return PLAIN if plain else OTHER

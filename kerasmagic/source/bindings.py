"""What the names of a program stand for, as far as TensorFlow and Keras are concerned."""

from __future__ import annotations

import dis
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from types import CodeType, FunctionType, ModuleType
from typing import Any, Mapping, NamedTuple

from .reference import Reference
from .values import MISSING, Function, Instance, Subclass, Value


class Moment(NamedTuple):
    """How much had been bound at some time."""

    replaced: int
    imported: int
    assigned: int
    steps: int


@dataclass
class Bindings:
    """Names bound so far. One object is handed from cell to cell, and each cell that is read adds to it."""

    names: dict[str, Value] = field(default_factory=dict)
    """A name that is missing, and one that is None, stands for nothing we know."""
    imported: dict[str, None] = field(default_factory=dict)
    """Dotted names of the modules that ``import`` statements asked for, with their parents, in the order of that."""
    assigned: dict[str, None] = field(default_factory=dict)
    """Attributes that the code assigns on some object or module (``model.foo = ...``): nothing is said about those."""
    replaced: list[tuple[str, Any, int]] = field(default_factory=list, repr=False, compare=False)
    """Each name that was bound, in the order of that, with what it stood for before, or ``MISSING``, and the line of
    the cell's statement that did it."""

    members: dict[tuple[str, str], Value] = field(default_factory=dict, repr=False, compare=False)
    """What the attributes of the user's own classes are, by class and name; None where that is not one thing."""
    functions: dict[str, Function] = field(default_factory=dict, repr=False, compare=False)
    """The user's functions of which no more is known than how they are called."""
    arguments: dict[str, dict[str, Value]] = field(default_factory=dict, repr=False, compare=False)
    """What the user's functions are called with, by function and parameter; None where calls differ."""
    bodies: list[tuple[str, dict[str, Value]]] = field(default_factory=list, repr=False, compare=False)
    """The functions whose bodies were read, in that order, with what was known of their arguments then."""
    shown: dict[str, Value] = field(default_factory=dict, repr=False, compare=False)
    """What expressions were when a cell failed, by their text: they answer where reading does not tell."""
    past: dict[object, list[tuple[int, Reference]]] = field(default_factory=dict, repr=False, compare=False)
    """What cells did that later ones may have to know of, by what it is about, numbered in the order of that."""
    steps: int = 0
    """How much of that there is."""
    program: tuple[str, ...] = field(default=(), repr=False, compare=False)
    """The code of all cells, where a whole program is read; a kernel knows none but those that were run."""

    def copy(self) -> Bindings:
        return self._copy(dict(self.names), dict(self.imported), dict(self.assigned), self.steps)

    def _copy(
        self, names: dict[str, Value], imported: dict[str, None], assigned: dict[str, None], steps: int
    ) -> Bindings:
        arguments = {function: dict(given) for function, given in self.arguments.items()}
        return Bindings(
            names,
            imported,
            assigned,
            [],
            dict(self.members),
            dict(self.functions),
            arguments,
            [],
            self.shown,
            self._past(steps),
            steps,
            self.program,
        )

    def called(self, function: str, given: Mapping[str, Value]) -> None:
        """Keep what a function of the user's is called with."""
        known = self.arguments.get(function)
        if known is None:
            self.arguments[function] = dict(given)
            return
        for name in {*known, *given}:
            if known.get(name) != given.get(name):
                known[name] = None

    def remember(self, about: object, reference: Reference) -> None:
        """Keep what a cell does: ``about`` is the name of a setting, ``"strings"`` where some are given a meaning,
        ``"metric"`` where compile is given one, ``"trains"`` where a model is compiled or frozen, the ``id`` of an
        optimizer that a model is compiled with."""
        self.past.setdefault(about, []).append((self.steps, reference))
        self.steps += 1

    def remembered(self, about: object, moment: Moment) -> list[Reference]:
        """What had been done about something by then."""
        return [reference for step, reference in self.past.get(about, ()) if step < moment.steps]

    def _past(self, steps: int) -> dict[object, list[tuple[int, Reference]]]:
        return {about: [each for each in done if each[0] < steps] for about, done in self.past.items()}

    def now(self) -> Moment:
        """What ``at`` needs to find what holds now. It costs nothing, however many names there are."""
        return Moment(len(self.replaced), len(self.imported), len(self.assigned), self.steps)

    def at(self, moment: Moment) -> Bindings:
        """A copy of what held at an earlier moment."""
        names = dict(self.names)
        for name, before, _ in reversed(self.replaced[moment.replaced :]):
            if before is MISSING:
                names.pop(name, None)
            else:
                names[name] = before
        imported, assigned = (
            dict.fromkeys(islice(added, count))
            for added, count in ((self.imported, moment.imported), (self.assigned, moment.assigned))
        )
        return self._copy(names, imported, assigned, moment.steps)

    def rebound(self, moment: Moment) -> dict[str, list[tuple[int, Value]]]:
        """The names that were bound to something else since then: from which line on, and to what before it."""
        found: dict[str, list[tuple[int, Value]]] = {}
        now = dict(self.names)
        for name, before, line in reversed(self.replaced[moment.replaced :]):
            if before is not MISSING and before != now.get(name):
                found.setdefault(name, []).append((line, before))
            now[name] = before
        return {name: changes[::-1] for name, changes in found.items()}

    @classmethod
    def from_namespace(cls, namespace: Mapping[str, Any]) -> Bindings:
        """What a live kernel's namespace (``user_ns``) holds.

        Looks at types and at instance dictionaries only, so that no lazy module loads and no property runs.
        """
        bindings = cls()
        for name, thing in list(namespace.items()):
            try:
                value = object_value(thing)
            except Exception:  # the user's objects may do anything, in ``__dict__`` or ``__class__`` too
                value = None
            if value is not None and type(name) is str:
                bindings.names[name] = value
                if type(value) is str and isinstance(thing, ModuleType):
                    add_module(bindings.imported, value)
        return bindings


def add_module(imported: dict[str, None], module: str) -> None:
    """Add a module and its parents."""
    while module and module not in imported:
        imported[module] = None
        module = module.rpartition(".")[0]


def concerns_us(module: str) -> bool:
    """Whether names of this module are followed: TensorFlow, and all that calls itself Keras (keras_contrib, tf_keras),
    was a part of TensorFlow (tf_slim), or has its models in Keras today (efficientnet).

    ``tf`` is taken for TensorFlow, as in the mistaken ``from tf.keras import layers``.
    """
    root = module.partition(".")[0]
    return "keras" in root or root.startswith("tensorflow") or root in _OTHERS_OF_OURS


_OTHERS_OF_OURS = ("tf", "tf_slim", "efficientnet")

_LIVE_NAMES: tuple[tuple[str, str], ...] = (
    ("tensorflow.python.keras.api._v2.keras", "tensorflow.keras"),
    ("tensorflow.python.keras.api._v1.keras", "tensorflow.compat.v1.keras"),
    ("tensorflow_core.keras", "tensorflow.keras"),
    ("tensorflow_core._api.v2", "tensorflow"),
    ("tensorflow_core._api.v1", "tensorflow"),
    ("tensorflow_core", "tensorflow"),
    ("tensorflow._api.v2.v2", "tensorflow"),
    ("tensorflow._api.v2", "tensorflow"),
    ("tensorflow._api.v1", "tensorflow"),
    ("keras._tf_keras.keras", "tensorflow.keras"),
    ("keras.api._tf_keras.keras", "tensorflow.keras"),
    ("keras.api._v2.keras", "tensorflow.keras"),
    ("keras.api._v1.keras", "tensorflow.compat.v1.keras"),
    ("tf_keras.api._v2.keras", "tensorflow.keras"),
    ("tf_keras.api._v1.keras", "tensorflow.compat.v1.keras"),
    ("keras.api", "keras"),
    ("keras._legacy", "tensorflow.keras"),  # what Keras 3 keeps for tf.keras alone: ImageDataGenerator
)


def canonical(module: str) -> str:
    """The name by which people import what a live module calls itself: ``keras.api.layers`` is ``keras.layers``."""
    for inner, public in _LIVE_NAMES:
        if module == inner or module.startswith(inner + "."):
            return public + module[len(inner) :]
    return module


_GRAPHS = ("keras.Function", "tensorflow.keras.Function")
_EXPORT_MARKS = ("_api_export_path", "_keras_api_names", "_tf_api_names")
"""Where the decorators of Keras 3, Keras 2 and TensorFlow leave the public names of what they export."""


def object_value(thing: Any) -> Value:
    """What a live object is, by its type and its instance dictionary only."""
    kind = type(thing)
    if issubclass(kind, ModuleType):
        name = object.__getattribute__(thing, "__dict__").get("__name__")
        return canonical(name) if type(name) is str and concerns_us(name) else None
    if issubclass(kind, type):
        return _class(thing)
    if kind is FunctionType:
        return _public_name(thing.__module__, thing.__qualname__, thing.__dict__)
    found = _class(kind)
    own = found.own if isinstance(found, Subclass) else frozenset()
    base = found.base if isinstance(found, Subclass) else found
    if not isinstance(base, str) or "keras" not in base:
        return None
    try:
        attributes = object.__getattribute__(thing, "__dict__")
    except AttributeError:  # slots
        attributes = {}
    return Instance(base, own.union(name for name in attributes if type(name) is str))


def _class(thing: type) -> str | Subclass | None:
    """The public name of a class, or its nearest base that has one and what the classes before that define."""
    own: set[str] = set()
    home: str | Subclass | None = None  # of a class of theirs that is not exported, such as Functional
    for base in type.__getattribute__(thing, "__mro__"):
        attributes = type.__getattribute__(base, "__dict__")
        name = _public_name(attributes.get("__module__"), base.__qualname__, attributes)
        if name and _is_another(name, base):  # keras 2.11 and 2.12 have their optimizers of old under these names
            name = f"tensorflow.{name}"
        if name in _GRAPHS:  # a functional model is a Model first of all
            name = None
        if name:
            found = Subclass(name, frozenset(own)) if own else name
            if any(mark in attributes for mark in _EXPORT_MARKS):
                return found
            home = home or found
        own.update(attributes)
        own.update(name for thing in list(attributes.values()) for name in _set_by(thing))
    return home


def _set_by(thing: Any) -> frozenset[str]:
    """The attributes that a method of the user's sets: ``self.encoder = …``."""
    if type(thing) is not FunctionType or concerns_us(str(thing.__module__)):
        return frozenset()
    return assigned_attributes(thing.__code__)


@lru_cache(maxsize=512)
def assigned_attributes(code: CodeType) -> frozenset[str]:
    """The names of ``x.name = …`` in a function."""
    steps = dis.get_instructions(code)
    return frozenset(str(step.argval) for step in steps if step.opname == "STORE_ATTR")


def _is_another(name: str, made: type) -> bool:
    """Whether the keras package holds another class by the name that a class is exported by."""
    package, _, last = name.rpartition(".")
    module = sys.modules.get(package) if name.startswith("keras.") else None
    held = vars(module).get(last) if type(module) is ModuleType else None
    return isinstance(held, type) and held is not made


def _public_name(module: Any, qualname: str, attributes: Mapping[str, Any]) -> str | None:
    """By what name a class or function is exported, which its decorator left on it; else where it is defined."""
    if type(module) is not str or not concerns_us(module) or "<locals>" in qualname:
        return None
    root = module.partition(".")[0]
    for mark in _EXPORT_MARKS:
        names = attributes.get(mark)
        if isinstance(names, str):
            names = [names]
        if names and isinstance(names, (list, tuple)) and type(names[0]) is str:
            lasting = (name for name in names if type(name) is str and ".experimental." not in name)
            return _exported(next(lasting, names[0]), root)
    return f"{canonical(module)}.{qualname}"


def _exported(name: str, root: str) -> str:
    """The public name of what a package exports: tf_keras, and TensorFlow up to 2.5, call theirs keras, too."""
    if not concerns_us(name):
        return f"{root}.{name}"
    if name.partition(".")[0] == "keras" and root != "keras":
        return f"tf_{name}" if root == "tf_keras" else f"tensorflow.{name}"
    return canonical(name)

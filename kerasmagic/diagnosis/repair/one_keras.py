"""A program whose objects are of two Keras packages, taken from one: all at once, since what is left fails next."""

from __future__ import annotations

import re
import sys
from types import FunctionType, ModuleType
from typing import Any, Iterator, NamedTuple

from ...source.bindings import canonical, object_value
from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.failure import Failure
from ..model.move import split_tree
from ..model.problem import Fix
from ..resolve.moved import lookup
from ..resolve.world import World
from .legacy_keras import can_have_keras_2, with_keras_2

_OURS = ("keras", "tensorflow", "tf_keras", "__main__")
_HOLDERS = ("self", "layer", "layers", "args", "model", "identifier")
"""The variables of a function in which a model or a layer is."""
_KERAS_ITSELF = re.compile(r"^[ \t]*(?:import keras\b|from keras\b)", re.M)
_BY_TENSORFLOW = re.compile(r"\b(\w+)\.keras\.(?!__)")
_MOST_LINES = 8


class Maker(NamedTuple):
    """A model or a layer of another package than Keras, as it says what it is."""

    thing: str
    """Its class."""
    package: str
    """The installed package that defines the class, or one that it is made from."""
    keras: str
    """The Keras that it builds on."""

    @property
    def name(self) -> str:
        return f"{self.thing} of {self.package}"


def keras_of(thing: Any, kind: str) -> str:
    """The Keras whose class of this name an object is made from: "tf_keras"; empty for all else."""
    for base in session.bases(thing):
        module = session.module_of(base)
        package = "tensorflow.python.keras" if module.startswith("tensorflow.python.keras") else session.root_of(base)
        if session.name_of(base) == kind and package in ("keras", "tf_keras", "tensorflow.python.keras"):
            return package
    return ""


def maker_of(thing: Any) -> Maker | None:
    """The installed package, neither TensorFlow nor Keras, that a model or a layer is of, or whose class the user's own
    is made from."""
    keras = keras_of(thing, "Layer")
    others = (session.root_of(base) for base in session.bases(thing)) if keras else ()
    package = next((root for root in others if root not in _OURS and _is_installed(root)), "")
    return Maker(session.class_name(thing), package, keras) if package else None


def _is_installed(root: str) -> bool:
    module = sys.modules.get(root)
    file = session.held(module).get("__file__") if module is not None else None
    return type(file) is str and bool(re.search(r"(site|dist)-packages", file))


def maker_in(failure: Failure, keras: str) -> Maker | None:
    """The package whose model or layer took part in a failure, where it builds on this Keras."""
    for frame in failing.python_frames(failure):
        for name in _HOLDERS:
            held = frame.f_locals.get(name)
            for thing in session.members(held) or (held,):
                for each in (thing, *_layers_of(thing)):
                    found = maker_of(each)
                    if found is not None and found.keras == keras:
                        return found
    return None


def _layers_of(model: Any) -> tuple[Any, ...]:
    return session.members(session.own(model, "_layers", "_self_tracked_trackables"))


def ways(maker: Maker | None, keras: str, failure: Failure, world: World) -> Iterator[Fix]:
    """How the whole program comes to be of one Keras.

    Arguments:
        maker: the package that leaves no choice, if it is one.
        keras: what is to be used: ``tf_keras`` or ``keras``.
    """
    by_lines = _by_imports(keras, failure, world)
    by_setting = maker is not None and keras == "tf_keras" and can_have_keras_2(world)
    if maker is not None and by_setting and not names_one_itself(failure):
        evidence = f"Then tf.keras is tf_keras, on which {maker.package} builds."
        yield with_keras_2("the whole program", world, evidence)
        by_lines = by_lines._replace(title=f"Or {by_lines.title[0].lower()}{by_lines.title[1:]}")
    yield by_lines


def names_one_itself(failure: Failure) -> bool:
    """Whether the program asks for the package keras or tf_keras by its own name, so that no setting of TensorFlow
    decides what it gets."""
    texts = (*session.cells(failure.namespace), failure.source)
    if any(_KERAS_ITSELF.search(text) or "tf_keras" in text for text in texts):
        return True
    # Modules below the root say nothing: tf.keras.models calls itself keras.models.
    modules = {session.module_name(thing) for _, thing in session.variables(failure.namespace)}
    return bool(modules & {"keras", "tf_keras"})


def _by_imports(keras: str, failure: Failure, world: World) -> Fix:
    """The imports that bind all names of the other Keras anew, and what is spelled out in the cells."""
    lines, spelled = list(_imports(keras, failure, world)), _spelled_out(keras, failure, world)
    own = _called(keras, failure)
    if spelled and not own:
        lines.append(f"import {keras}")
    lead = f"Take all of the model from {keras}"
    if len(lines) > _MOST_LINES or (not lines and not spelled):
        return Fix("manual", f"{lead}: import its parts from there, and run the cells that make it again.")
    written = f"write {own or keras} for {' and '.join(spelled)} in the cells that make the model"
    if not lines:
        return Fix("manual", f"{lead}: {written}, and run them again.")
    then = f"{written}, and run those again" if spelled else "and then the cells that make the model"
    return Fix("setting", f"{lead}: run this, {then}", commands=tuple(lines))


def _imports(keras: str, failure: Failure, world: World) -> Iterator[str]:
    """The lines that bind what the session has of another Keras to the same of this one."""
    by_module: dict[str, list[str]] = {}
    for name, thing in session.variables(failure.namespace):
        below = _below(thing, keras)
        if below == "" and not _called(keras, failure):
            yield f"import {keras} as {name}"
        elif below and lookup(f"{keras}.{below}", world) is not None:
            parent, _, last = f"{keras}.{below}".rpartition(".")
            by_module.setdefault(parent, []).append(last if last == name else f"{last} as {name}")
    for parent, names in by_module.items():
        yield f"from {parent} import {', '.join(names)}"


def _below(thing: Any, keras: str) -> str | None:
    """What a module, class or function of another Keras is below its root: "layers.Dense"; None for all else."""
    if isinstance(thing, ModuleType):
        root = session.module_name(thing).partition(".")[0]
        public = canonical(session.module_name(thing))
    elif isinstance(thing, type) or type(thing) is FunctionType:
        value = object_value(thing)
        public = value if isinstance(value, str) else ""
        root = session.root_of(thing) if isinstance(thing, type) else str(thing.__module__).partition(".")[0]
    else:
        return None
    split = split_tree(public) if root in ("keras", "tf_keras") and root != keras else None
    return split[1] if split else None


def _called(keras: str, failure: Failure) -> str:
    """The name by which the session has this Keras as a whole; empty where it has not."""
    names = (name for name, thing in session.variables(failure.namespace) if session.module_name(thing) == keras)
    return next(names, "")


def _spelled_out(keras: str, failure: Failure, world: World) -> list[str]:
    """How the cells call the other Keras as a whole, where no import binds that to another: "tf.keras"."""
    found: dict[str, None] = {}
    namespace = failure.namespace or {}
    if _called(keras, failure):
        found.update((name, None) for name, thing in session.variables(namespace) if _below(thing, keras) == "")
    legacy = world.target is not None and world.target.legacy
    if (keras == "tf_keras") != legacy:
        for text in (failure.source, *session.cells(namespace)):
            for name in _BY_TENSORFLOW.findall(text):
                if session.module_name(namespace.get(name)) == "tensorflow":
                    found[f"{name}.keras"] = None
    return list(found)

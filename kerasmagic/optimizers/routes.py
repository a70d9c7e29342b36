"""The ways from what one writes to the class that runs, each of them taken in this process."""

from __future__ import annotations

import sys
from typing import Any, Callable, Iterator, Mapping, NamedTuple, Tuple

from .classes import OTHER, OptimizerClass, describe_class, family_of, qualified
from .namespaces import TF1_SPACE, Namespace, describe_error
from .sandbox import Warnings, run_apart
from .subject import unwrap

KINDS = (
    "class",
    "legacy",
    "experimental",
    "get",
    "get dict",
    "get instance",
    "deserialize empty",
    "deserialize",
    "deserialize serialized",
    "compile",
    "compile instance",
    "apple silicon",
)
"""Of routes, in the order in which they are taken."""


class Route(NamedTuple):
    """One way, and where it ends."""

    namespace: str
    """``keras``, ``tf.keras``, ``tf_keras``, ``tf.compat.v1.keras`` or ``tf.compat.v1.train``."""
    kind: str
    """One of ``KINDS``."""
    code: str
    """What one writes: ``tf.keras.optimizers.get("adam")``."""
    result: str
    """The qualified class of the optimizer that comes out; ``""`` where none does."""
    error: str = ""
    """What is raised instead: "ImportError: …"."""
    found: str = ""
    """For a route that raises: the class that the name stands for, although calling it fails."""
    condition: str = ""
    """What must hold for this route to be taken; such a route is not this kernel's."""
    wrapper: str = ""
    """The qualified class around the optimizer: a loss scale wrapper, which ``compile`` adds in mixed precision."""

    @property
    def described(self) -> str:
        """The code, and what is around the result."""
        return f"{self.code}  in a {self.wrapper.rpartition('.')[2]}" if self.wrapper else self.code

    def to_dict(self) -> dict[str, str]:
        return self._asdict()


class Group(NamedTuple):
    """The routes that end in one and the same class."""

    optimizer: OptimizerClass
    routes: tuple[Route, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"class": self.optimizer.name, "routes": [route.code for route in self.routes]}


class Routes(NamedTuple):
    """All the ways for one optimizer name."""

    name: str
    """The class name: ``Adam``."""
    routes: tuple[Route, ...]
    classes: Mapping[str, OptimizerClass]
    """By qualified name: every class that a route found."""

    @property
    def groups(self) -> tuple[Group, ...]:
        """Routes by class, in the order in which the classes first turn up."""
        by_class: dict[str, list[Route]] = {}
        for route in self.routes:
            if route.result and not route.condition:
                by_class.setdefault(route.result, []).append(route)
        return tuple(Group(self.classes[name], tuple(routes)) for name, routes in by_class.items())

    @property
    def failures(self) -> tuple[Route, ...]:
        return tuple(route for route in self.routes if route.error)

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "routes": [route.to_dict() for route in self.routes],
            "groups": [group.to_dict() for group in self.groups],
            "classes": {name: found.to_dict() for name, found in self.classes.items()},
        }


def measure_routes(
    name: str,
    identifier: str | None = None,
    namespaces: tuple[Namespace, ...] = (),
    config: Mapping[str, Any] | None = None,
) -> Routes:
    """Take every route for one optimizer, apart from the user's session.

    Arguments:
        name: the class name, ``Adam``.
        identifier: the string as the user writes it, ``"adam"``; the lower-case name unless given.
        namespaces: where to look.
        config: a config dict of the user's to take the routes of dicts with, instead of a plain one.
    """
    return run_apart(lambda: _measure(name, identifier or name.lower(), namespaces, config))


def _measure(name: str, identifier: str, namespaces: tuple[Namespace, ...], config: Mapping[str, Any] | None) -> Routes:
    routes: list[Route] = []
    classes: dict[str, OptimizerClass] = {}
    with Warnings():
        for space in namespaces:
            if space.error:
                routes.append(Route(space.label, "class", space.label, "", space.error))
            for kind, code, action, condition in _ways(space, name, identifier, config):
                route, cls = _take(space.label, kind, code, action, condition)
                routes.append(route)
                if cls is not None:
                    classes.setdefault(qualified(cls), describe_class(cls))
    return Routes(name, tuple(routes), classes)


Way = Tuple[str, str, Callable[[], Any], str]
"""Kind, code, how to take it, and its condition."""


def _ways(space: Namespace, name: str, identifier: str, config: Mapping[str, Any] | None) -> Iterator[Way]:
    if space.error:
        return
    if space.label == TF1_SPACE:
        tf1_name = {"SGD": "GradientDescent", "RMSprop": "RMSProp"}.get(name, name) + "Optimizer"
        if hasattr(space.root, tf1_name):
            yield "class", f"{TF1_SPACE}.{tf1_name}()", _maker(space.root, tf1_name), ""
        return
    optimizers = space.optimizers
    prefix = f"{space.label}.optimizers"
    yield "class", f"{prefix}.{name}()", _maker(optimizers, name), ""
    for kind in ("legacy", "experimental"):
        holder = getattr(optimizers, kind, None)
        if holder is not None and hasattr(holder, name):
            yield kind, f"{prefix}.{kind}.{name}()", _maker(holder, name), ""
    yield "get", f'{prefix}.get("{identifier}")', lambda: optimizers.get(identifier), ""
    plain = dict(config) if config is not None else {"class_name": identifier, "config": {"learning_rate": 0.001}}
    yield "get dict", f"{prefix}.get({_short(plain)})", lambda: optimizers.get(_copy(plain)), ""
    yield "get instance", f"{prefix}.get({prefix}.{name}())", lambda: optimizers.get(getattr(optimizers, name)()), ""
    if config is None:
        empty = {"class_name": identifier, "config": {}}
        yield "deserialize empty", f"{prefix}.deserialize({_short(empty)})", lambda: optimizers.deserialize(empty), ""
    yield "deserialize", f"{prefix}.deserialize({_short(plain)})", lambda: optimizers.deserialize(_copy(plain)), ""
    yield (
        "deserialize serialized",
        f"{prefix}.deserialize({prefix}.serialize({prefix}.{name}()))",
        lambda: optimizers.deserialize(optimizers.serialize(getattr(optimizers, name)())),
        "",
    )
    model = f"{space.label}.Sequential()"
    yield "compile", f'{model}.compile("{identifier}")', lambda: _compiled(space.root, identifier), ""
    yield (
        "compile instance",
        f"{model}.compile({prefix}.{name}())",
        lambda: _compiled(space.root, getattr(optimizers, name)()),
        "",
    )
    condition = apple_silicon_condition(optimizers)
    if condition:
        code = f'{prefix}.get("{identifier}")'
        yield "apple silicon", code, lambda: optimizers.get(identifier, use_legacy_optimizer=True), condition


def apple_silicon_condition(optimizers: Any) -> str:
    """The test in the code of ``get`` or ``deserialize`` that turns to legacy optimizers on Apple silicon, or ``""``.

    ``use_legacy_optimizer=True`` takes the same branch of that code on every machine, so the outcome can be measured.
    """
    for function in (getattr(optimizers, "deserialize", None), getattr(optimizers, "get", None)):
        code = getattr(function, "__code__", None)
        if code is not None and "is_arm_mac" in code.co_names and "use_legacy_optimizer" in code.co_consts:
            module = sys.modules[function.__module__]
            test = getattr(getattr(module, "is_arm_mac", None), "__code__", None)
            values = [constant for constant in getattr(test, "co_consts", ()) if isinstance(constant, str)]
            return f"is_arm_mac() in {module.__name__} is true, that is: {' and '.join(values)}"
    return ""


def _maker(holder: Any, name: str) -> Callable[[], Any]:
    def make() -> Any:
        cls = getattr(holder, name)
        try:
            return cls()
        except Exception as error:
            raise _NotCallable(cls, error) from error

    return make


class _NotCallable(Exception):
    """A class that is there, and raises when it is called without arguments."""

    def __init__(self, cls: type, reason: Exception) -> None:
        super().__init__(str(reason))
        self.cls = cls
        self.reason = reason


def _take(namespace: str, kind: str, code: str, action: Callable[[], Any], condition: str) -> tuple[Route, type | None]:
    try:
        made = action()
        cls = type(unwrap(made))
        wrapper = qualified(type(made)) if unwrap(made) is not made else ""
        if family_of(cls) == OTHER:  # deserialize of Keras 2 gives the text back where it doesn't know a class.
            return Route(namespace, kind, code, "", f"gives a {qualified(cls)}, not an optimizer", "", condition), None
    except _NotCallable as error:
        missing_argument = isinstance(error.reason, TypeError) and "required positional argument" in str(error.reason)
        if missing_argument and isinstance(error.cls, type):  # The class is what runs; it only wants to be told more.
            return Route(namespace, kind, code, qualified(error.cls), "", "", condition), error.cls
        found = qualified(error.cls) if isinstance(error.cls, type) else ""
        return Route(namespace, kind, code, "", describe_error(error.reason), found, condition), None
    except Exception as error:
        return Route(namespace, kind, code, "", describe_error(error), "", condition), None
    return Route(namespace, kind, code, qualified(cls), "", "", condition, wrapper), cls


def _compiled(root: Any, optimizer: Any) -> Any:
    model = root.Sequential()
    model.compile(optimizer=optimizer, loss="mse")
    return model.optimizer


def _short(config: Mapping[str, Any]) -> str:
    text = repr(config).replace("'", '"')
    return text if len(text) <= 80 else f"{text[:79]}…"


def _copy(config: Mapping[str, Any]) -> dict[str, Any]:
    """``deserialize`` writes into the dicts that it gets."""
    return {key: dict(value) if isinstance(value, Mapping) else value for key, value in config.items()}

"""Two optimizer classes side by side: what they take, and the same 50 steps with both."""

from __future__ import annotations

import math
import sys
from typing import Any, Iterable, Mapping, NamedTuple

from .classes import KERAS_3, OptimizerClass, describe_class
from .landscapes import LANDSCAPES, Landscape, Point
from .namespaces import describe_error
from .routes import Routes
from .sandbox import Warnings, run_apart

STEPS = 50
SAME = 1e-4
"""Paths are the same when they are nowhere further apart than this part of their extent: float32 rounds."""

ARGUMENTS: tuple[tuple[str, Any], ...] = (
    ("learning_rate", 0.01),
    ("lr", 0.01),
    ("decay", 0.01),
    ("epsilon", 1e-3),
    ("weight_decay", 0.01),
    ("clipnorm", 1.0),
    ("clipvalue", 0.5),
    ("global_clipnorm", 1.0),
    ("use_ema", True),
    ("jit_compile", False),
    ("gradient_accumulation_steps", 4),
    ("loss_scale_factor", 2.0),
)
"""Arguments that came, went or changed their meaning from generation to generation, with a value to try."""


class Hyperparameter(NamedTuple):
    """One line of the side-by-side: the default in each, as text; ``"-"`` where there is no such parameter."""

    name: str
    first: str
    second: str

    @property
    def same(self) -> bool:
        return self.first == self.second


class Argument(NamedTuple):
    """What each class does with one keyword argument."""

    name: str
    first: str
    """``accepted``, ``accepted, with a warning: …``, ``ignored``, ``ignored, with a warning: …`` or ``raises …``."""
    second: str


class Race(NamedTuple):
    """Both optimizers, from the same start, on the same problem."""

    problem: str
    first: tuple[Point, ...]
    second: tuple[Point, ...]
    difference: float
    """The largest distance between the two at the same step."""
    extent: float
    """The diagonal of the box around both paths: what the difference is to be measured with."""
    parted: int | None
    """The first step after which they are apart by more than rounding, or None."""


class Comparison(NamedTuple):
    """All that tells two optimizers apart."""

    first: OptimizerClass
    second: OptimizerClass
    hyperparameters: tuple[Hyperparameter, ...]
    arguments: tuple[Argument, ...]
    races: tuple[Race, ...]
    why: str
    """In a sentence: that they are equal, or where they part and what was shown to be the reason."""

    @property
    def equal(self) -> bool:
        return bool(self.races) and all(race.parted is None for race in self.races)

    def to_dict(self) -> dict[str, Any]:
        return {
            "first": self.first.to_dict(),
            "second": self.second.to_dict(),
            "hyperparameters": [line._asdict() for line in self.hyperparameters],
            "arguments": [line._asdict() for line in self.arguments],
            "races": [race._asdict() for race in self.races],
            "equal": self.equal,
            "why": self.why,
        }


def compare(first: type, second: type) -> Comparison:
    """Compare two optimizer classes with their defaults, apart from the user's session.

    Arguments:
        first, second: classes of loaded packages.
    """
    return run_apart(lambda: _compare(first, second))


def class_for(text: str, measured: Iterable[Routes]) -> type:
    """The class that a user means when comparing: by a route, or by its qualified name.

    Arguments:
        text: ``keras.optimizers.legacy.Adam`` (with or without parentheses), ``tf.keras.optimizers.get("adam")``,
            ``keras.src.optimizers.adam.Adam``, or the plain ``adam``: what ``compile("adam")`` takes here.
        measured: the routes that were taken.

    Raises:
        LookupError: no route is written like that.
    """
    for routes in measured:
        plain = routes.name.lower() == text.lower()
        for route in routes.routes:
            if not route.result or route.condition:
                continue
            if route.code in (text, f"{text}()") or (plain and route.kind in ("compile", "get")):
                return class_named(route.result)
    return class_named(text)


def class_named(qualified: str) -> type:
    """The class of a route, from the modules that are loaded.

    Raises:
        LookupError: it is not loaded.
    """
    module, _, name = qualified.rpartition(".")
    found = getattr(sys.modules.get(module), name, None)
    if not isinstance(found, type):
        raise LookupError(f"{qualified} is not loaded in this kernel.")
    return found


def _compare(first: type, second: type) -> Comparison:
    described = describe_class(first), describe_class(second)
    with Warnings():
        races, why = _race_all(first, second)
    return Comparison(*described, _hyperparameters(*described), _arguments(first, second), races, why)


def _hyperparameters(first: OptimizerClass, second: OptimizerClass) -> tuple[Hyperparameter, ...]:
    of_first, of_second = dict(first.parameters), dict(second.parameters)
    names = [name for name in {**of_first, **of_second} if name != "name"]
    return tuple(Hyperparameter(name, of_first.get(name, "-"), of_second.get(name, "-")) for name in names)


def _arguments(first: type, second: type) -> tuple[Argument, ...]:
    return tuple(Argument(name, _try(first, name, value), _try(second, name, value)) for name, value in ARGUMENTS)


def _try(cls: type, name: str, value: Any) -> str:
    """Give one keyword to a class and see whether it is refused, kept, or dropped."""
    with Warnings() as warned:
        try:
            optimizer = cls(**{name: value})
        except Exception as error:
            return f"raises {describe_error(error)}"
    known = vars(optimizer).keys() | _config(optimizer).keys()
    synonyms = {"lr": ("learning_rate", "_learning_rate")}.get(name, (name, f"_{name}", f"_initial_{name}"))
    kept = any(synonym in known for synonym in synonyms) or _takes(cls, name)
    verdict = "accepted" if kept else "ignored"
    return f"{verdict}, with a warning: {' '.join(warned.messages[0].split())}" if warned.messages else verdict


def _takes(cls: type, name: str) -> bool:
    return name in dict(describe_class(cls).parameters)


def _config(optimizer: Any) -> Mapping[str, Any]:
    try:
        config: Mapping[str, Any] = optimizer.get_config()
    except Exception:  # TF1's optimizers have none.
        return {}
    return config


def _race_all(first: type, second: type) -> tuple[tuple[Race, ...], str]:
    if not _eager():
        return (), "Eager execution is off in this kernel, so no steps were taken: only the arguments are compared."
    try:
        races = tuple(_race(first, {}, second, {}, landscape) for landscape in LANDSCAPES)
    except Exception as error:
        return (), f"The steps could not be taken: {describe_error(error)}"
    return races, _why(first, second, races)


def _why(first: type, second: type, races: tuple[Race, ...]) -> str:
    apart = [race for race in races if race.parted is not None]
    largest = max(race.difference for race in races)
    if not apart:
        return (
            f"With their defaults both take the same steps: the largest difference in {STEPS} steps is {largest:.1g}."
        )
    step = min(race.parted for race in apart if race.parted is not None)
    where = f"They differ from step {step}, by up to {largest:.2g} in {STEPS} steps"
    differing = _differing(first, second)
    for names in [[name] for name in differing] + ([list(differing)] if len(differing) > 1 else []):
        settings = {name: differing[name] for name in names}
        try:
            again = [_race(first, {}, second, settings, landscape) for landscape in LANDSCAPES]
        except Exception:
            continue
        if all(race.parted is None for race in again):
            shown = " and ".join(f"{name}={value!r}" for name, value in settings.items())
            return f"{where}, because of a default: with {shown} in both, they take the same steps."
    rest = "also with the same hyperparameters" if differing else "although all their hyperparameters are the same"
    return f"{where}: the update rule itself differs, {rest}."


def _differing(first: type, second: type) -> dict[str, Any]:
    """The hyperparameters that both have, with another default each: the first one's values."""
    configs = [_config(one(**_required(one, other))) for one, other in ((first, second), (second, first))]
    accepted = dict(describe_class(second).parameters)
    return {
        name: value
        for name, value in configs[0].items()
        if name in configs[1] and name in accepted and name != "name" and not _alike(value, configs[1][name])
    }


def _alike(first: Any, second: Any) -> bool:
    if isinstance(first, (int, float)) and isinstance(second, (int, float)):
        return math.isclose(first, second, rel_tol=1e-6)
    return bool(first == second)


def _race(first: type, settings_1: dict[str, Any], second: type, settings_2: dict[str, Any], on: Landscape) -> Race:
    one, other = (
        first(**{**_required(first, second), **settings_1}),
        second(**{**_required(second, first), **settings_2}),
    )
    paths = walk(one, on), walk(other, on)
    corners = [*paths[0], *paths[1]]
    extent = math.hypot(*(max(c[axis] for c in corners) - min(c[axis] for c in corners) for axis in (0, 1)))
    distances = [math.hypot(a[0] - b[0], a[1] - b[1]) for a, b in zip(*paths)]
    parted = next((step for step, distance in enumerate(distances) if distance > SAME * extent), None)
    return Race(on.name, paths[0], paths[1], max(distances), extent, parted)


def _required(cls: type, other: type) -> dict[str, Any]:
    """What a class must be told (TF1's gradient descent has no default learning rate): the other one's defaults."""
    missing = [name for name, default in describe_class(cls).parameters if not default]
    config = _config(other()) if missing else {}
    return {name: config[name] for name in missing if name in config}


def walk(optimizer: Any, landscape: Landscape, steps: int = STEPS) -> tuple[Point, ...]:
    """Let an optimizer take steps; the points it comes by, the start first."""
    variable, as_tensor, as_numbers = _variable(optimizer, landscape.start)
    path: list[Point] = [landscape.start]
    for _ in range(steps):
        gradient = as_tensor(landscape.gradient(*path[-1]))
        optimizer.apply_gradients([(gradient, variable)])
        x, y = as_numbers(variable)
        path.append((float(x), float(y)))
    return tuple(path)


def _variable(optimizer: Any, start: Point) -> tuple[Any, Any, Any]:
    """A variable of the kind this optimizer updates, and how to make a gradient for it and to read it."""
    if describe_class(type(optimizer)).family == KERAS_3:
        keras = sys.modules["keras"]
        variable = keras.Variable(list(start), dtype="float32", name="position")
        return (
            variable,
            lambda gradient: keras.ops.convert_to_tensor(list(gradient), dtype="float32"),
            keras.ops.convert_to_numpy,
        )
    tensorflow = sys.modules["tensorflow"]
    variable = tensorflow.Variable(list(start), dtype="float32", name="position")
    return (
        variable,
        lambda gradient: tensorflow.constant(list(gradient), dtype="float32"),
        lambda value: value.numpy(),
    )


def _eager() -> bool:
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is None or bool(tensorflow.executing_eagerly())

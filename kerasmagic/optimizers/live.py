"""A live optimizer: what it is, how far it has come, and what it does to the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Mapping, NamedTuple, Sequence, TypeVar

from .classes import OptimizerClass, describe_class
from .routes import Routes
from .subject import is_optimizer, unwrap

if TYPE_CHECKING:
    from ..diagnosis.model.problem import Problem
    from ..diagnosis.model.rule import Rule

SCHEDULE_POINTS = 100

T = TypeVar("T")


class Schedule(NamedTuple):
    """A learning rate that depends on the step."""

    name: str
    """The class: ``ExponentialDecay``."""
    config: Mapping[str, Any]
    points: tuple[tuple[int, float], ...]
    """Step and learning rate, from the first step on."""


class LiveOptimizer(NamedTuple):
    """One optimizer object of the user's, read and not changed."""

    optimizer: OptimizerClass
    wrapper: str
    """The class around it that scales the loss (mixed precision), or ``""``."""
    group: tuple[str, ...]
    """The routes, as code, that give the same class."""
    learning_rate: float | None
    """Now; None where it cannot be read."""
    schedule: Schedule | None
    iterations: int | None
    slots: tuple[str, ...]
    """Names of the variables it keeps besides the iterations and the learning rate, with their shapes."""
    ema: str
    """How weights are averaged, in words, or ``""``."""
    weight_decay: str
    """How much and where it applies, in words, or ``""``."""
    problems: tuple[Problem, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            **{key: value for key, value in self._asdict().items() if key not in ("optimizer", "schedule", "problems")},
            "class": self.optimizer.to_dict(),
            "group": list(self.group),
            "slots": list(self.slots),
            "schedule": self.schedule._asdict() if self.schedule else None,
            "problems": [problem.to_dict() for problem in self.problems],
        }


def describe_optimizer(
    optimizer: Any,
    model: Any,
    measured: tuple[Routes, ...],
    namespace: Mapping[str, Any],
    rules: Sequence[Rule] = (),
) -> LiveOptimizer:
    """Read an optimizer; nothing is created in it, so that a checkpoint of it stays what it was.

    Arguments:
        optimizer: the live object, perhaps with a loss scale wrapper around it.
        model: the model that it was found in, or None.
        measured: the routes of its name, to say which of them give this class.
        namespace: the user's variables, to look for what else uses it.
        rules: what is asked about the optimizer.
    """
    inner = unwrap(optimizer)
    described = describe_class(type(inner))
    groups = [group for routes in measured for group in routes.groups if group.optimizer.name == described.name]
    return LiveOptimizer(
        described,
        type(optimizer).__name__ if inner is not optimizer else "",
        tuple(route.code for group in groups for route in group.routes),
        _learning_rate(inner),
        _schedule(inner),
        _number(getattr(inner, "iterations", None), int),
        _slots(inner),
        _ema(inner),
        _weight_decay(inner, model),
        tuple(
            problem
            for rule in rules
            if rule.on_optimizer is not None
            for problem in rule.on_optimizer(inner, model, namespace)
        ),
    )


def _raw_learning_rate(optimizer: Any) -> Any:
    """The schedule or the variable itself: ``learning_rate`` of new optimizers is the value at this step."""
    hyper = getattr(optimizer, "_hyper", None)
    if isinstance(hyper, dict) and "learning_rate" in hyper:
        return hyper["learning_rate"]
    for name in ("_learning_rate", "_lr", "learning_rate", "lr"):
        value = vars(optimizer).get(name)
        if value is not None:
            return value
    return getattr(optimizer, "learning_rate", None)


def _learning_rate(optimizer: Any) -> float | None:
    raw = _raw_learning_rate(optimizer)
    if _is_schedule(raw):
        steps = _number(getattr(optimizer, "iterations", None), int)
        return _number(raw(steps or 0), float)
    return _number(raw, float)


def _is_schedule(value: Any) -> bool:
    return any(base.__name__ == "LearningRateSchedule" for base in type(value).__mro__)


def _schedule(optimizer: Any) -> Schedule | None:
    raw = _raw_learning_rate(optimizer)
    if not _is_schedule(raw):
        return None
    config = raw.get_config()
    lengths = [value for key, value in config.items() if key.endswith("_steps") and isinstance(value, (int, float))]
    lengths += [max(value) for key, value in config.items() if key == "boundaries" and value]
    last = int(max(lengths, default=1000) * 2)
    steps = sorted({round(index * last / SCHEDULE_POINTS) for index in range(SCHEDULE_POINTS + 1)})
    points = tuple((step, value) for step in steps for value in [_number(raw(step), float)] if value is not None)
    return Schedule(type(raw).__name__, {key: value for key, value in config.items() if key != "name"}, points)


def _number(value: Any, kind: Callable[[Any], T]) -> T | None:
    """A Python number from a number, a tensor or a variable; None from what has no value now (graph mode)."""
    try:
        return kind(value.numpy() if hasattr(value, "numpy") else value)
    except Exception:
        return None


def _slots(optimizer: Any) -> tuple[str, ...]:
    variables = getattr(optimizer, "variables", ())
    try:
        found = list(variables() if callable(variables) else variables)
    except Exception:
        return ()
    names = [(str(getattr(variable, "path", "") or variable.name), tuple(variable.shape)) for variable in found]
    own = ("iteration", "iter:0", "iteration:0", "learning_rate", "learning_rate:0")
    return tuple(f"{name} {list(shape)}" for name, shape in names if name.rpartition("/")[2] not in own)


def _ema(optimizer: Any) -> str:
    if not getattr(optimizer, "use_ema", False):
        return ""
    frequency = getattr(optimizer, "ema_overwrite_frequency", None)
    when = f"weights are overwritten every {frequency} steps" if frequency else "weights are overwritten when fit ends"
    return f"averaged with momentum {optimizer.ema_momentum}; {when}"


def _weight_decay(optimizer: Any, model: Any) -> str:
    rate = decay_rate(optimizer)
    if not rate:
        return ""
    excluded = getattr(optimizer, "_exclude_from_weight_decay_names", None) or ()
    variables = getattr(optimizer, "_exclude_from_weight_decay", None) or ()
    names = [str(name) for name in excluded]
    count = len(variables)
    where = "every trainable variable, biases and normalisation included"
    if names or count:
        where = f"every trainable variable, without {', '.join(names) or f'{count} excluded ones'}"
    total = len(model.trainable_variables) if model is not None and getattr(model, "built", False) else None
    return f"{rate:g} on {where}" + (f" ({total} variables)" if total else "")


def decay_rate(optimizer: Any) -> float:
    """The decoupled weight decay of an optimizer; 0 where there is none."""
    rate = getattr(optimizer, "weight_decay", None)
    return _number(rate, float) or 0.0 if is_optimizer(optimizer) and not callable(rate) else 0.0

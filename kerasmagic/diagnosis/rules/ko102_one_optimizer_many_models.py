"""One optimizer instance compiled into several models."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from ..problem import Fix, Problem
from ..rule import Lesson, Rule


def _on_optimizer(optimizer: Any, model: Any, namespace: Mapping[str, Any]) -> Iterator[Problem]:
    users = _models_with(optimizer, namespace)
    if len(users) < 2:
        return
    if any(base.__name__ == "OptimizerV2" for base in type(optimizer).__mro__):
        severity, outcome = (
            "info",
            "A legacy optimizer allows that, but its iterations and schedule count the steps of all.",
        )
    else:
        severity, outcome = (
            "error",
            "It is built for the variables of the first model that is fitted; fitting the second raises.",
        )
    name = type(optimizer).__name__
    yield Problem(
        rule="KO102",
        severity=severity,
        title=f"One {name} instance is compiled into {len(users)} models: {', '.join(users)}",
        cause=outcome,
        reference=f"optimizer:{name.lower()}",
        fixes=(
            Fix(
                "manual",
                f"Give each model its own: compile(optimizer={name}(…)), or type(opt).from_config(opt.get_config())",
            ),
        ),
    )


def _models_with(optimizer: Any, namespace: Mapping[str, Any]) -> list[str]:
    """The variables, one for each model, of the models that hold this very optimizer."""
    found: dict[int, str] = {}
    for name, value in list(namespace.items()):
        if name.startswith("_") or isinstance(value, type) or not hasattr(type(value), "fit"):
            continue
        held = getattr(value, "optimizer", None)
        if held is optimizer or (held is not None and getattr(held, "inner_optimizer", None) is optimizer):
            found.setdefault(id(value), name)
    return list(found.values())


RULE = Rule(
    code="KO102",
    name="one optimizer, several models",
    lesson=Lesson(
        what="Fitting a second model with the same optimizer object raises KeyError (TensorFlow 2.11 to 2.15) or "
        'ValueError "Unknown variable" (Keras 3).',
        why="New optimizers make their slot variables once, for the variables of the first model. Until 2.10, and in "
        "optimizers.legacy, slots were made when a variable was first seen.",
        since="keras 2.11",
        before='opt = keras.optimizers.Adam()\nfirst.compile(opt, "mse")\nsecond.compile(opt, "mse")',
        after='first.compile(keras.optimizers.Adam(), "mse")\nsecond.compile(keras.optimizers.Adam(), "mse")',
        related=("KO103",),
    ),
    on_optimizer=_on_optimizer,
)

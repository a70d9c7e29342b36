"""Objects of two Keras packages in one model."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from ..problem import Fix, Problem
from ..rule import Lesson, Rule


def _on_optimizer(optimizer: Any, model: Any, namespace: Mapping[str, Any]) -> Iterator[Problem]:
    if model is None:
        return
    parts: dict[str, list[str]] = {}
    for what, value in (
        ("the model", model),
        ("its optimizer", optimizer),
        *((f"layer {layer.name}", layer) for layer in getattr(model, "layers", None) or ()),
    ):
        package = _package(value)
        if package:
            parts.setdefault(package, []).append(what)
    if len(parts) > 1:
        listed = "; ".join(f"{package}: {', '.join(found[:3])}" for package, found in parts.items())
        yield Problem(
            rule="KO104",
            severity="error",
            title=f"Objects of {len(parts)} Keras packages in one model: {listed}",
            cause="Each package knows its own layers, variables and optimizers only; isinstance tests fail and "
            "training raises, often far from here.",
            reference=next(iter(parts)),
            fixes=(Fix("manual", f"Import everything from {_package(model)}"),),
        )


def _package(value: Any) -> str:
    """The Keras package that the nearest base class of Keras comes from."""
    for base in type(value).__mro__:
        if base.__module__.startswith("tensorflow.python.keras"):
            return "tensorflow.python.keras"
        root = base.__module__.partition(".")[0]
        if root in ("keras", "tf_keras"):
            return root
    return ""


RULE = Rule(
    code="KO104",
    name="two Keras packages in one model",
    lesson=Lesson(
        what="A model of one Keras holds a layer or an optimizer of another.",
        why="keras, tf_keras and the old tensorflow.python.keras each have classes of the same names that have nothing "
        "to do with each other.",
        since="tensorflow 2.6",
        related=("KO103",),
    ),
    on_optimizer=_on_optimizer,
)

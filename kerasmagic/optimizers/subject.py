"""What the user means: a name, a class, an instance, a config dict, a model, or a variable that holds one of these."""

from __future__ import annotations

import ast
from typing import Any, Mapping, NamedTuple

from .classes import OTHER, family_of


class Subject(NamedTuple):
    """The optimizer that a question is about."""

    identifier: str
    """As ``get`` would be given it: ``adam``."""
    cls: type | None = None
    """The class, where one was given, directly or through an instance or a model."""
    config: Mapping[str, Any] | None = None
    """The config dict, where one was given."""
    optimizer: Any = None
    """The live optimizer, where there is one."""
    model: Any = None
    """The compiled model that holds it, where one was given."""


def read_subject(identifier: object, namespace: Mapping[str, Any] | None = None) -> Subject:
    """Find out what an identifier stands for.

    Arguments:
        identifier: an object, or text: an optimizer's name, a dict as a literal, a variable of the namespace or a
            dotted name that starts at one (``model.optimizer``). A variable wins over a name.
        namespace: the user's variables.

    Raises:
        ValueError: what was given has nothing to do with optimizers.
    """
    if isinstance(identifier, str):
        identifier = _look_up(identifier.strip(), namespace or {})
    if isinstance(identifier, str):
        return Subject(identifier)
    if isinstance(identifier, Mapping) and isinstance(identifier.get("class_name"), str):
        return Subject(identifier["class_name"].rpartition(">")[2], config={"config": {}, **identifier})
    if isinstance(identifier, type) and (is_optimizer_class(identifier) or "Optimizer" in identifier.__name__):
        return Subject(identifier.__name__, cls=identifier)
    if is_optimizer(identifier):
        return Subject(type(unwrap(identifier)).__name__, cls=type(unwrap(identifier)), optimizer=identifier)
    held = getattr(identifier, "optimizer", None)
    if is_optimizer(held):
        return Subject(type(unwrap(held)).__name__, cls=type(unwrap(held)), optimizer=held, model=identifier)
    if hasattr(identifier, "compile") and hasattr(identifier, "layers"):
        raise ValueError("This model has no optimizer yet: compile it first.")
    raise ValueError(f"An object of type {type(identifier).__name__} is not an optimizer, nor a model that has one.")


def _look_up(text: str, namespace: Mapping[str, Any]) -> object:
    if text.startswith("{"):
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            raise ValueError(f"{text} is not a dict of plain values.") from None
    first, *rest = text.strip("\"'").split(".")
    if first not in namespace:
        return rest[-1] if rest else first
    value = namespace[first]
    for part in rest:
        value = getattr(value, part)
    return value


def is_optimizer_class(cls: type) -> bool:
    return family_of(cls) != OTHER


def is_optimizer(value: object) -> bool:
    return not isinstance(value, type) and is_optimizer_class(type(value))


def unwrap(optimizer: Any) -> Any:
    """The optimizer inside a loss scale wrapper (or the graph wrapper around a TF1 optimizer)."""
    inner = getattr(optimizer, "inner_optimizer", None)
    if inner is None and type(optimizer).__name__ == "TFOptimizer":
        inner = getattr(optimizer, "optimizer", None)
    return unwrap(inner) if is_optimizer(inner) else optimizer

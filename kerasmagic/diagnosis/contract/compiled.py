"""What a live model was compiled with, as the arguments of a call of ``compile``."""

from __future__ import annotations

from types import FunctionType
from typing import Any, Iterator, Mapping

from ...saved.config import METRICS_OF_COMPILE
from ...source.edits import Edit
from ...source.lines import before, statement_of
from ..evidence import session
from ..evidence.failure import Failure
from ..evidence.load_call import load_of
from .training import failed_training

_KERAS = ("keras", "tf_keras", "tensorflow")


class _Unwritable(Exception):
    """A setting that no line of code stands for."""


def compiled_again(variable: str, model: Any, namespace: Mapping[str, Any] | None) -> str:
    """The line that compiles a model as it is compiled, with a new optimizer of the same settings.

    Losses and metrics that are objects are left to Keras, which can make them anew: since 2.12, and in Keras 3.
    """
    optimizer = f"type({variable}.optimizer).from_config({variable}.optimizer.get_config())"
    try:
        others = [*_arguments(model, namespace or {})]
    except _Unwritable:
        return f"{variable}.compile_from_config({variable}.get_compile_config())"
    return f"{variable}.compile({', '.join([f'optimizer={optimizer}', *others])})"


def compiled_after_loading(variable: str, model: Any, failure: Failure) -> tuple[str, list[Edit]]:
    """The line that compiles a loaded model again, and the edits that put it behind its load_model, or before the call
    that failed."""
    again = compiled_again(variable, model, failure.namespace)
    loading, training = load_of(variable, failure), failed_training(failure)
    edits = loading.behind(again) if loading is not None else []
    if not edits and training is not None and training.call is not None and training.facts is not None:
        statement = statement_of(training.call, training.facts.cell)
        edits = before(statement, training.facts.cell, again) if statement is not None else []
    return again, edits


def metrics_of(model: Any) -> tuple[Any, ...]:
    """The metrics that a live model was compiled with; those of one output, without the list that Keras 2 puts around
    them in its files."""
    stored = session.own(session.own(model, "_compile_config"), "config")
    given = session.members(stored.get("metrics")) if type(stored) is dict else ()
    return session.members(given[0]) if len(given) == 1 and session.members(given[0]) else given


def _arguments(model: Any, namespace: Mapping[str, Any]) -> Iterator[str]:
    stored = session.own(session.own(model, "_compile_config"), "config")
    settings = stored if type(stored) is dict else {"loss": session.own(model, "loss"), **_of_keras_2(model)}
    settings = {**settings, "metrics": metrics_of(model) or settings.get("metrics")}
    for name in ("loss", "metrics", "weighted_metrics", "loss_weights"):
        value = settings.get(name)
        if value is not None:
            yield f"{name}={_text(value, namespace)}"


def _of_keras_2(model: Any) -> dict[str, Any]:
    metrics = session.own(model, "compiled_metrics")
    weights = session.own(session.own(model, "compiled_loss"), "_user_loss_weights")
    given = {"metrics": "_user_metrics", "weighted_metrics": "_user_weighted_metrics"}
    return {"loss_weights": weights, **{name: session.own(metrics, held) for name, held in given.items()}}


def _text(value: Any, namespace: Mapping[str, Any]) -> str:
    if value is None or session.is_plain(value, str, int, float, bool):
        return repr(value)
    if type(value) is FunctionType:
        name = value.__name__
        if str(value.__module__).partition(".")[0] in _KERAS:
            return repr(name)
        if namespace.get(name) is value:
            return name
    elif session.is_exactly(value, "keras", "MeanMetricWrapper"):
        return _text(_given_by_name(value), namespace)
    elif type(value) is dict and all(type(key) is str for key in value):
        return f"{{{', '.join(f'{key!r}: {_text(each, namespace)}' for key, each in value.items())}}}"
    elif session.members(value):
        return f"[{', '.join(_text(each, namespace) for each in session.members(value))}]"
    raise _Unwritable


def _given_by_name(metric: Any) -> Any:
    """The string that a metric was given by, or the function that it is of."""
    name, function = session.own(metric, "_name", "name"), session.own(metric, "_fn")
    return name if name in METRICS_OF_COMPILE else function

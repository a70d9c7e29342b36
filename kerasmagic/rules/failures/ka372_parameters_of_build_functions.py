"""A search with scikeras over the parameters of the function that builds the model, which it calls model__neurons."""

from __future__ import annotations

import re
from types import FunctionType
from typing import Any, Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_SAYS = re.compile(r"Invalid parameter '?(\w+)'? for estimator \w+\.\s")
_GRIDS = ("param_grid", "param_distributions", "params")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    refused = _SAYS.match(failure.message)
    if refused is None or not isinstance(failure.exception, ValueError):
        return
    estimator = failing.raising(failure)
    if "scikeras" not in (session.root_of(base) for base in session.bases(estimator)):
        return
    build = _builder(estimator)
    taken = _parameters(build)
    if build is None or refused[1] not in taken:
        return
    asked = [name for name in _asked_for(failure) if name in taken]
    names = list(dict.fromkeys(asked)) or [refused[1]]
    written = ", ".join(f"model__{name}" for name in names)
    yield Problem(
        rule="KA372",
        severity=ERROR,
        title=f"{refused[1]} is a parameter of {build.__name__}, not of {session.class_name(estimator)}",
        cause="scikeras hands what begins with model__ to the function that builds the model.",
        reference=f"scikeras.wrappers.{session.class_name(estimator)}",
        fixes=(Fix("manual", f"Write {written} for {', '.join(names)} where you list what to try."),),
    )


def _builder(estimator: Any) -> FunctionType | None:
    """The function that builds the model."""
    held = session.held(estimator)
    return next((each for each in (held.get("model"), held.get("build_fn")) if type(each) is FunctionType), None)


def _parameters(function: FunctionType | None) -> tuple[str, ...]:
    if function is None:
        return ()
    code = function.__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _asked_for(failure: Failure) -> Iterator[str]:
    """What a search, or ``set_params``, was given."""
    for frame in failing.python_frames(failure):
        held = session.held(frame.f_locals.get("self"))
        for given in (*map(held.get, _GRIDS), frame.f_locals.get("params")):
            for each in session.members(given) or (given,):
                yield from (name for name in each if type(name) is str) if type(each) is dict else ()


RULE = Rule(
    code="KA372",
    name="parameter of a build function",
    lesson=Lesson(
        what="`GridSearchCV(KerasClassifier(model=create_model), {'neurons': [5, 10]})` ends in ValueError: Invalid "
        "parameter neurons for estimator KerasClassifier.",
        why="The wrappers that Keras had took the parameters of your function by their names. scikeras takes its own, "
        "and those of your function as model__neurons.",
        related=("KI113",),
    ),
    on_failure=on_failure,
)

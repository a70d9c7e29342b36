"""``metrics=[Mean()]``, or a metric of the user's, whose update_state takes something else than compile gives it."""

from __future__ import annotations

import ast
import re
from types import FunctionType
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import Change, Finding, problem, raised_by_keras
from ...diagnosis.contract.compiling import metrics_of
from ...diagnosis.contract.named import of_module
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.earlier import written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import first_line

_OVER_ALL = {"Sum": "reduce_sum"}
_GIVEN = "compile gives it the labels, the answers and the weights of the samples: (y_true, y_pred, sample_weight)."


class _Updated(NamedTuple):
    """A metric object, and how it is updated."""

    metric: Any
    update: Any

    @property
    def kind(self) -> str:
        return session.class_name(self.metric)

    @property
    def taken(self) -> tuple[str, ...]:
        code = self.update.__code__
        return tuple(code.co_varnames)[1 : code.co_argcount + code.co_kwonlyargcount]

    @property
    def is_of_the_user(self) -> bool:
        return str(self.update.__module__).partition(".")[0] not in ("keras", "tf_keras", "tensorflow")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    call = failed_training(failure) if raised_by_keras(failure) and _is_of_update(failure) else None
    for each in _updated(call.model) if call is not None else ():
        if call is not None and each.taken[:1] == ("values",) and not each.is_of_the_user:
            yield problem("KD163", _of_values(each, call), call.facts)
            return
        lacks = len(each.taken) < 3 or "sample_weight" not in each.taken
        if each.is_of_the_user and lacks and not each.update.__code__.co_flags & _MANY:
            yield _of_the_user(each, failure)
            return


_MANY = 0x04 | 0x08
"""``*args`` or ``**kwargs``, in the flags of a function."""


def _is_of_update(failure: Failure) -> bool:
    words = str(failure.exception)
    return isinstance(failure.exception, (TypeError, ValueError)) and (
        "sample_weight" in words or "update_state() takes" in words
    )


def _updated(model: Any) -> Iterator[_Updated]:
    for metric in metrics_of(model):
        update: Any = session.defined(type(metric), "update_state") if session.is_kind(metric, "Metric") else None
        if type(update) is FunctionType:
            yield _Updated(metric, update)


def _of_values(each: _Updated, call: Training) -> Finding:
    """Mean and Sum, which follow one kind of values."""
    kind, name = each.kind, session.own(each.metric, "_name", "name")
    plain = type(name) is str and name.isidentifier() and not re.fullmatch(rf"{kind.lower()}(_\d+)?", name)
    name = name if plain else f"{kind.lower()}_of_answers"
    tf = of_module("tensorflow", call.facts, call.namespace).text
    return Finding(
        title=f"{kind} is a metric of one kind of values, and compile calls it with two: labels and answers",
        cause=f"update_state of {kind} takes (values, sample_weight). {_GIVEN}",
        advice=(
            f"Give a function: def {name}(y_true, y_pred): return {tf}.{_OVER_ALL.get(kind, 'reduce_mean')}"
            f"(y_pred), and metrics=[{name}].",
            "To compare the two take a metric of both, 'mae' or 'mse'.",
        ),
        reference="compile(metrics)",
    )


def _of_the_user(each: _Updated, failure: Failure) -> Problem:
    writing = written_in(each.update.__code__, failure)
    facts = failing.facts_of(writing.failure) if writing is not None else None
    line = each.update.__code__.co_firstlineno
    places = [
        node
        for node in (facts.cell.placed if facts is not None else ())
        if isinstance(node, ast.FunctionDef) and node.name == "update_state" and first_line(node) == line
    ]
    change: tuple[Change, ...] = ()
    if facts is not None and places and len(each.taken) == 2 and not places[0].args.kwonlyargs:
        last = places[0].args.args[-1]
        text = f"{failing.text_of(last, facts)}, sample_weight=None"
        evidence = "It is None where fit is given no weights."
        change = (Change("Take the weights of the samples, too", ((last, text),), evidence=evidence),)
    found = problem(
        "KD163",
        Finding(
            title=f"update_state of {each.kind} takes ({', '.join(each.taken)}), and compile gives it more",
            cause=_GIVEN,
            changes=change,
            advice=("Write def update_state(self, y_true, y_pred, sample_weight=None):.",),
            reference="Metric.update_state",
        ),
        facts,
    )
    return found._replace(earlier=writing.cell if writing is not None else None)


RULE = Rule(
    code="KD163",
    name="metrics of other arguments",
    lesson=Lesson(
        what="`compile(metrics=[keras.metrics.Mean()])` and fit end in TypeError: update_state() got multiple values "
        "for argument 'sample_weight', or got an unexpected keyword argument 'sample_weight'.",
        why="compile calls update_state of a metric with the labels, the answers and the weights of the samples. Mean "
        "and Sum follow one number through a training loop of your own, and take that.",
        since="tensorflow 2.0",
        before="import keras\n"
        "import numpy as np\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse', metrics=[keras.metrics.Mean()])\n"
        "model.fit(np.ones((4, 4)), np.ones((4, 1)))",
        after="import keras\n"
        "import numpy as np\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "def mean_of_answers(y_true, y_pred):\n"
        "    return keras.ops.mean(y_pred)\n"
        "model.compile('adam', 'mse', metrics=[mean_of_answers])\n"
        "model.fit(np.ones((4, 4)), np.ones((4, 1)))",
        target="tensorflow==2.21.0",
        related=("KD151", "KD110"),
    ),
    on_failure=on_failure,
)

"""``self.add_metric(value, name=…)`` in a layer: Keras 3 has a metric object in its place."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_REFUSED = "`add_metric()` method is deprecated"


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if _REFUSED not in failure.message:
        return
    facts = failing.facts_of(failure)
    calls = [*failing.calls_of("add_metric", facts)] if facts is not None else []
    yield Problem(
        "KA378",
        ERROR,
        "Layers have no add_metric in Keras 3: they keep a metric, and update it",
        "A metric that is an attribute of a layer stands in the history of fit, and starts anew with each epoch.",
        reference="Layer.add_metric",
        fixes=tuple(Fix("manual", text) for text in _advice(calls, facts)),
    )


def _advice(calls: list[ast.Call], facts: CellFacts | None) -> Iterator[str]:
    if facts is None or not calls or not calls[0].args:
        made = "self.tracker = keras.metrics.Mean(name='name')"
        yield f"In __init__ write {made}, and in call self.tracker.update_state(x)."
        return
    call = calls[0]
    value = failing.text_of(call.args[0], facts)
    named = next((item.value for item in call.keywords if item.arg == "name"), call.args[-1])
    name = named.value if isinstance(named, ast.Constant) and type(named.value) is str else "metric"
    owner = failing.text_of(call.func.value, facts) if isinstance(call.func, ast.Attribute) else "self"
    if owner != "self":
        yield (
            f"Make a layer whose __init__ has self.tracker = keras.metrics.Mean(name={name!r}) and whose call has "
            f"self.tracker.update_state(x) and returns x, and put {value} through it."
        )
        return
    holder = f"{owner}.{name if name.isidentifier() else 'metric'}_tracker"
    around = _class_around(call, facts)
    start = f"the __init__ of {around.name}" if around is not None else "__init__"
    lacks = around is not None and not any(getattr(each, "name", "") == "__init__" for each in around.body)
    begin = " (def __init__(self, **kwargs): super().__init__(**kwargs))" if lacks else ""
    yield (
        f"In {start}{begin} write {holder} = keras.metrics.Mean(name={name!r}), and in the place of add_metric "
        f"{holder}.update_state({value})."
    )


def _class_around(call: ast.Call, facts: CellFacts) -> ast.ClassDef | None:
    classes = (node for node in facts.cell.placed if isinstance(node, ast.ClassDef))
    return next((node for node in classes if any(each is call for each in ast.walk(node))), None)


RULE = Rule(
    code="KA378",
    name="add_metric of a layer",
    lesson=Lesson(
        what="`self.add_metric(value, name='kl')` in the call of a layer ends in NotImplementedError: Could not "
        "automatically infer the output shape … Layer `add_metric()` method is deprecated.",
        why="Keras 3 keeps the method only to refuse it. A metric is an object: the layer makes it in __init__ and "
        "updates it in call. The words about the output shape stand around every error in call.",
        since="keras 3.0",
        before="import keras\n\n\nclass Watch(keras.layers.Layer):\n    def call(self, x):\n"
        "        self.add_metric(keras.ops.mean(x), name='mean')\n        return x\n\n\n"
        "Watch()(keras.ops.ones((1, 2)))",
        after="import keras\n\n\nclass Watch(keras.layers.Layer):\n    def __init__(self, **kwargs):\n"
        "        super().__init__(**kwargs)\n        self.mean_tracker = keras.metrics.Mean(name='mean')\n\n"
        "    def call(self, x):\n        self.mean_tracker.update_state(keras.ops.mean(x))\n        return x\n\n\n"
        "Watch()(keras.ops.ones((1, 2)))",
        target="tensorflow==2.21.0",
        related=("KA201",),
    ),
    on_failure=on_failure,
    is_cause=True,
)

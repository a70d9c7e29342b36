"""A loss or metric that takes tensors of the model from around it: they have no values when it runs."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any, Iterable, Iterator

from ...diagnosis.contract.named import of_keras, of_module
from ...diagnosis.contract.outer_tensors import OuterTensors, outer_tensors
from ...diagnosis.contract.training import trained_variable
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair import keras2
from ...diagnosis.resolve.world import World, minor

_LONGEST = 90


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    outer = outer_tensors(failure)
    facts = failing.facts_of(failure)
    if outer is None or (facts is not None and keras2.way_out(failure, facts, world) is not None):
        return
    name = _name(outer.function)
    name = name[0].upper() + name[1:] if outer.function.__name__ == "<lambda>" else name
    names = _listed(outer.tensors)
    has, they = ("has", "it") if len(outer.tensors) == 1 else ("have", "they")
    yield Problem(
        rule="KA374",
        severity=ERROR,
        title=f"{name} uses {names} of the model, and {they} {has} no values there",
        cause="Keras gives a loss or metric two things only: the labels and the answers of a batch. The model's own "
        "tensors get values inside of its layers.",
        reference="keras.Model.compile(loss)",
        fixes=(Fix("manual", _advice(outer, failure, world)),),
    )


def _name(function: FunctionType) -> str:
    return "the lambda in compile" if function.__name__ == "<lambda>" else function.__name__


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _advice(outer: OuterTensors, failure: Failure, world: World) -> str:
    facts = failing.facts_of(failure)
    tf = of_module("tensorflow", facts, failure.namespace).text
    made = _made_by_a_function(outer, failure)
    part = _part(outer, failure) or "…"
    if outer.is_metric:
        return _of_a_metric(outer, part, failure, world)
    if made and _has_compute_loss(world) and _are_inputs(outer):
        return _compute_loss(outer, f"{tf}.reduce_mean({made}(y, y_pred))", failure)
    mean = f"{tf}.reduce_mean({part})"
    return _in_a_layer(outer, mean, failure) if world.keras_3 else _given_to_the_model(outer, mean, failure)


def _of_a_metric(outer: OuterTensors, part: str, failure: Failure, world: World) -> str:
    model, names = trained_variable(failure) or "model", _listed(_real_names(outer, failure))
    if world.keras_3:
        return (
            f"Make {names} an output of its own: keras.Model(inputs, [{', '.join(_answers(outer, failure))}, {names}])"
            f"; then predict gives it beside the answers. Leave {_name(outer.function)} out of compile."
        )
    return (
        f"Give it to the model: {model}.add_metric({part}, name={_name(outer.function)!r}, aggregation='mean'), with "
        f"{names}, and leave it out of compile."
    )


def _compute_loss(outer: OuterTensors, loss: str, failure: Failure) -> str:
    inputs = _inputs(outer.call.model)
    names = [_outside(each, "x", failure) for each in inputs]
    unpacked = f"{', '.join(names)} = x; " if len(names) > 1 else ""
    model = trained_variable(failure) or "model"
    facts = failing.facts_of(failure)
    return (
        f"Let the model compute it, which has the batch as x: class WithInputs({_keras('Model', outer, facts)}): def "
        f"compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, **kwargs): {unpacked}return {loss}. Then "
        f"make {model} with WithInputs(inputs, outputs), and compile it without loss=."
    )


def _given_to_the_model(outer: OuterTensors, mean: str, failure: Failure) -> str:
    model = trained_variable(failure) or "model"
    told = f", with {_listed(_real_names(outer, failure))}" if "…" in mean else ""
    return (
        f"Give that part to the model before compile: {model}.add_loss({mean}){told}, and leave it out of "
        f"{_name(outer.function)}. What needs the labels, too, belongs into a train_step of your own."
    )


def _in_a_layer(outer: OuterTensors, mean: str, failure: Failure) -> str:
    answer = _answers(outer, failure)[0]
    layer = _keras("layers.Layer", outer, failing.facts_of(failure))
    return (
        f"Compute that part in a layer: class AddLoss({layer}): def call(self, inputs): "
        f"{', '.join(['y_pred', *outer.tensors])} = inputs; self.add_loss({mean}); return y_pred. Let the model end "
        f"with it, {answer} = AddLoss()([{', '.join([answer, *_real_names(outer, failure)])}]), and leave that part "
        f"out of {_name(outer.function)}."
    )


def _keras(path: str, outer: OuterTensors, facts: CellFacts | None) -> str:
    return of_keras(path, outer.call.network.keras, facts).text


def _real_names(outer: OuterTensors, failure: Failure) -> list[str]:
    return [_outside(value, name, failure) for name, value in outer.tensors.items()]


def _answers(outer: OuterTensors, failure: Failure) -> list[str]:
    return [_outside(each, "outputs", failure) for each in _outputs(outer.call.model)] or ["outputs"]


def _has_compute_loss(world: World) -> bool:
    return world.keras_3 or (minor(world.version("keras")) or (0, 0)) >= (2, 9)


def _graph(model: Any) -> Any:
    inner = session.own(model, "_functional")
    return model if inner is None else inner


def _inputs(model: Any) -> tuple[Any, ...]:
    return _tensors(model, "_inputs", "inputs")


def _outputs(model: Any) -> tuple[Any, ...]:
    return _tensors(model, "_outputs", "outputs")


def _tensors(model: Any, *names: str) -> tuple[Any, ...]:
    held = session.own(_graph(model), *names)
    return session.members(held) or ((held,) if session.is_kind(held, "KerasTensor") else ())


def _are_inputs(outer: OuterTensors) -> bool:
    inputs = _inputs(outer.call.model)
    return all(any(each is value for each in inputs) for value in outer.tensors.values())


def _outside(tensor: Any, otherwise: str, failure: Failure) -> str:
    """What the session calls a tensor."""
    named = (name for name, value in session.variables(failure.namespace) if value is tensor)
    return next(named, otherwise)


class _Unwritable(Exception):
    """An argument that no short text stands for."""


def _made_by_a_function(outer: OuterTensors, failure: Failure) -> str:
    """``custom_loss(in_1, in_2)``: the call that made a function which holds the tensors; empty where none did."""
    factory = outer.function.__qualname__.partition(".<locals>")[0]
    maker = (failure.namespace or {}).get(factory)
    if type(maker) is not FunctionType or factory == outer.function.__name__:
        return ""
    wanted = maker.__code__.co_varnames[: maker.__code__.co_argcount]
    if not set(outer.tensors) <= set(wanted):
        return ""
    inputs = _inputs(outer.call.model)
    try:
        given = [_argument(name, outer, inputs, failure) for name in wanted]
    except _Unwritable:
        return ""
    return f"{factory}({', '.join(given)})"


def _argument(name: str, outer: OuterTensors, inputs: tuple[Any, ...], failure: Failure) -> str:
    if name in outer.tensors:
        return "x" if len(inputs) == 1 else _outside(outer.tensors[name], name, failure)
    value = outer.others.get(name, session.UNKNOWN)
    if session.is_plain(value, int, float, str, bool):
        return f"{name}={value!r}"
    raise _Unwritable


def _part(outer: OuterTensors, failure: Failure) -> str:
    """The expression on the line that failed, where it needs nothing but the tensors; empty otherwise."""
    writing = written_in(outer.function.__code__, failure)
    facts = failing.facts_of(writing.failure) if writing is not None else None
    if facts is None:
        return ""
    known = {*outer.tensors, *_everywhere(outer, failure)}
    for node in _values_of(outer.function, facts):
        used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        text = failing.text_of(node, facts)
        if used & {*outer.tensors} and used <= known and len(text) <= _LONGEST and "\n" not in text:
            return text
    return ""


def _everywhere(outer: OuterTensors, failure: Failure) -> set[str]:
    own = {*outer.function.__code__.co_varnames}
    return {name for name in failure.namespace or {} if type(name) is str and name not in own}


def _values_of(function: FunctionType, facts: CellFacts) -> Iterator[ast.expr]:
    """What the statements of a function compute, one after the other."""
    for node in facts.cell.placed:
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__:
            for each in ast.walk(node):
                if isinstance(each, ast.Assign):
                    yield each.value


RULE = Rule(
    code="KA374",
    name="tensors of the model in a loss",
    lesson=Lesson(
        what="`compile(loss=custom_loss(inputs))`, or a loss that uses `z_mean` of the model, ends in fit: a "
        "KerasTensor cannot be used as input to a TensorFlow function, or Cannot convert a symbolic Keras input.",
        why="A loss gets labels and answers with values. A tensor that keras.Input or a layer made while the model was "
        "built stands for data to come, and has none. A layer with self.add_loss, or compute_loss of a subclass of "
        "keras.Model, gets them for each batch.",
        since="tensorflow 2.4",
        before="import keras\nimport numpy as np\nx = keras.Input((4,))\n"
        "model = keras.Model(x, keras.layers.Dense(1)(x))\ndef weighted(inputs):\n    def loss(y, p):\n"
        "        return keras.ops.mean((y - p) ** 2 * inputs)\n    return loss\n"
        "model.compile('adam', weighted(x))\nmodel.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)",
        after="import keras\nimport numpy as np\nx = keras.Input((4,))\ndef weighted(inputs):\n    def loss(y, p):\n"
        "        return keras.ops.mean((y - p) ** 2 * inputs)\n    return loss\nclass WithInputs(keras.Model):\n"
        "    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, **kwargs):\n"
        "        return weighted(x)(y, y_pred)\nmodel = WithInputs(x, keras.layers.Dense(1)(x))\n"
        "model.compile('adam')\nmodel.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)",
        target="tensorflow==2.21.0",
        related=("KA304", "KA320"),
    ),
    on_failure=on_failure,
)

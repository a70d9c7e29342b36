"""``Sequential([Concatenate([a, b]), …])``: a merging layer is given models, or tensors, for settings."""

from __future__ import annotations

import ast
from typing import Any, Iterator, NamedTuple, Sequence

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.data import Shape, shown
from ...diagnosis.contract.named import of_keras
from ...diagnosis.contract.network import network_of
from ...diagnosis.contract.settings import tensor_for_settings
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name

_MERGING = ("Concatenate", "Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract", "Dot")


class _Merged(NamedTuple):
    call: ast.Call
    parts: Sequence[ast.expr]


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not isinstance(failure.exception, (TypeError, ValueError, AttributeError)):
        return
    merged = next(_merged(failure, facts), None)
    if merged is not None and all(session.is_kind(failing.value_of(each, failure), "Layer") for each in merged.parts):
        yield problem("KD165", _of_models(merged, failure, facts), facts)
    elif merged is not None and tensor_for_settings(failure, facts) is None:  # that one fails where it is made (KD118)
        yield problem("KD165", _of_tensors(merged, facts), facts)


def _merged(failure: Failure, facts: CellFacts) -> Iterator[_Merged]:
    """The merging layers of the cell that are given models, layers or tensors, in a list or one by one, and that are
    not called."""
    called = [node.func for node in facts.cell.placed if isinstance(node, ast.Call)]
    for kind in _MERGING:
        for call in failing.calls_of(kind, facts):
            first = call.args[0] if call.args else None
            parts = first.elts if isinstance(first, (ast.List, ast.Tuple)) else call.args
            things = [failing.value_of(each, failure) for each in parts]
            models = all(session.is_kind(each, "Layer") for each in things)
            if len(parts) > 1 and call not in called and (models or all(map(_is_tensor, parts, things))):
                yield _Merged(call, parts)


def _is_tensor(node: ast.expr, thing: Any) -> bool:
    """Whether an expression stands for a tensor between layers: by its value, as ``Dense(3)(x)`` or ``a.output``."""
    by_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Call)
    by_name = isinstance(node, ast.Attribute) and node.attr == "output"
    return session.is_kind(thing, "KerasTensor") or by_call or by_name


def _of_tensors(merged: _Merged, facts: CellFacts) -> Finding:
    call, tensors = merged.call, ", ".join(failing.text_of(each, facts) for each in merged.parts)
    settings = ", ".join(f"{item.arg}={failing.text_of(item.value, facts)}" for item in call.keywords if item.arg)
    new = f"{failing.text_of(call.func, facts)}({settings})([{tensors}])"
    return Finding(
        title=f"{last_name(call.func)} is given tensors where its settings go",
        cause="The first brackets make the layer, and take its settings; the layer that comes of it is called with the "
        "tensors.",
        changes=(Change("Call the layer", ((call, new),), evidence="It is called with the same tensors."),),
        reference=f"keras.layers.{last_name(call.func)}",
    )


def _of_models(merged: _Merged, failure: Failure, facts: CellFacts) -> Finding:
    kind, names = last_name(merged.call.func), [failing.text_of(each, facts) for each in merged.parts]
    models = [failing.value_of(each, failure) for each in merged.parts]
    given = [f"{name}_in" if name.isidentifier() else f"in_{place}" for place, name in enumerate(names, 1)]
    keras = of_keras("Input", _package(models), facts).text
    model = of_keras("Model", _package(models), facts).text
    inputs = ", ".join(f"{keras}({_shape(each)})" for each in models)
    called = ", ".join(f"{name}({each})" for name, each in zip(names, given))
    layer = failing.text_of(merged.call.func, facts)
    settings = "axes=1" if kind == "Dot" else ""
    return Finding(
        title=f"{kind} is given {'models' if all(map(_is_model, models)) else 'layers'} where its settings go: it is "
        "called with tensors",
        cause="A Sequential model has one input and no branches; several inputs are put together in a graph.",
        advice=(
            f"Write {', '.join(given)} = {inputs}; x = {layer}({settings})([{called}]). Call each layer behind it with "
            f"x, x = layer(x), and end with {model}([{', '.join(given)}], x).",
        ),
        reference=f"keras.layers.{kind}",
    )


def _package(models: Sequence[Any]) -> str:
    network = network_of(models[0])
    return network.keras if network is not None else session.root(models[0])


def _is_model(thing: Any) -> bool:
    return session.is_kind(thing, "Model")


def _shape(model: Any) -> str:
    """The shape of a sample that a model takes; "…" where it does not know it."""
    network = network_of(model)
    inputs: tuple[Shape, ...] = network.inputs if network is not None else ()
    return shown(inputs[0][1:]) if len(inputs) == 1 else "…"


RULE = Rule(
    code="KD165",
    name="models for an axis",
    lesson=Lesson(
        what="`Sequential([Concatenate([image_model, text_model]), …])` ends in TypeError about % and a list, or about "
        "the number of arguments.",
        why="Concatenate(axis=-1) makes a layer, and takes settings; what it puts together are the tensors it is "
        "called with. Keras 1 had Merge([a, b]) for models; since then a model with branches is made with keras.Model.",
        since="keras 2.0",
        before="import keras\n"
        "a = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)])\n"
        "b = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])\n"
        "model = keras.Sequential([keras.layers.Add([a, b]), keras.layers.Dense(1)])",
        after="import keras\n"
        "a = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)])\n"
        "b = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])\n"
        "one, other = keras.Input((6,)), keras.Input((4,))\n"
        "x = keras.layers.Add()([a(one), b(other)])\n"
        "model = keras.Model([one, other], keras.layers.Dense(1)(x))",
        target="tensorflow==2.21.0",
        related=("KI160", "KD118"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

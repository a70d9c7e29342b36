"""A Sequential of Keras 3 that is given to tf2onnx, which does not find its tensors by their names."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair import rewrite
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import ensure_import
from ...source.nodes import last_name


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, KeyError) or failing.last_function(failure) != "from_keras":
        return
    frame = list(failing.python_frames(failure))[-1]
    model = frame.f_locals.get("model")
    sequential = session.is_kind(model, "Sequential") and session.root_of(type(model)) == "keras"
    if frame.f_globals.get("__name__") != "tf2onnx.convert" or not sequential or not world.keras_3:
        return
    facts = failing.facts_of(failure)
    edits = _functional(failure, facts) if facts is not None else ()
    title = "Give it the same layers as a functional model: keras.Model(model.inputs, model.outputs)."
    yield Problem(
        rule="KA373",
        severity=ERROR,
        title="tf2onnx cannot read a Sequential of Keras 3",
        cause="Its tensors have other names than those that tf2onnx looks for. It can read functional models.",
        reference="tf2onnx.convert.from_keras",
        fixes=() if edits else (Fix("manual", title),),
        proposals=(Proposal(title.rstrip("."), edits, "The functional model has the same layers and weights."),)
        if edits
        else (),
    )


def _functional(failure: Failure, facts: CellFacts) -> tuple[Edit, ...]:
    """The model in the call of the cell, as a functional model."""
    calls = [call for call in failing.calls(failure, facts) if last_name(call.func) == "from_keras" and call.args]
    if len(calls) != 1 or not isinstance(calls[0].args[0], ast.Name):
        return ()
    where, name = facts.cell.range(calls[0].args[0]), calls[0].args[0].id
    found = rewrite.spelled(facts.cell, ("keras.Model", "tensorflow.keras.Model"), facts.after, where)
    text, edits = found or ("keras.Model", ensure_import(facts.cell, "import keras", where))
    return (Edit(where, f"{text}({name}.inputs, {name}.outputs)"), *edits)


RULE = Rule(
    code="KA373",
    name="Sequential in tf2onnx",
    lesson=Lesson(
        what="`tf2onnx.convert.from_keras(model)` ends in KeyError: 'keras_tensor_1' (tf2onnx 1.17.0, keras 3.13.2), "
        "where the model is a Sequential.",
        why="tf2onnx was written for Keras 2, and looks for the tensors of a model by names that a Sequential of "
        "Keras 3 does not give them. A functional model of the same layers has them; model.export('model.onnx', "
        "format='onnx') is another way, after the model was called once.",
        since="keras 3.0",
        related=("KI131",),
    ),
    on_failure=on_failure,
)

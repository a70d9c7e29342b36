"""``model.layers[0].input`` of an InputLayer, which is an empty list in Keras 3."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.position import Range

_SAYS = re.compile(r"`inputs` argument cannot be empty\. Received:\s+inputs=\[\]")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure) if _SAYS.search(failure.message) and failing.in_library(failure) else None
    asked = [node for node in facts.cell.placed if isinstance(node, ast.Attribute)] if facts is not None else []
    edits = []
    for node in asked:
        if facts and node.attr == "input" and session.is_kind(failing.value_of(node.value, failure), "InputLayer"):
            start, end = failing.end_range(node.value, facts), failing.end_range(node, facts)
            edits.append(Edit(Range(start.line, start.column, end.line, end.column), ".output"))
    if edits:
        evidence = "The output of an InputLayer is the tensor that its input was in Keras 2."
        yield Problem(
            rule="KA361",
            severity=ERROR,
            title="The input of an InputLayer is an empty list in Keras 3",
            cause="Nothing goes into that layer: the model's input is what comes out of it.",
            reference="keras.layers.InputLayer.input",
            proposals=(Proposal("Take its output", tuple(edits), evidence),),
        )


RULE = Rule(
    code="KA361",
    name="input of an InputLayer",
    lesson=Lesson(
        what="`Model(model.layers[0].input, …)` ends in ValueError: `inputs` argument cannot be empty.",
        why="In Keras 2 input and output of an InputLayer were the same tensor. In Keras 3 its input is an empty list; "
        "model.inputs[0] and model.layers[0].output are the tensor.",
        since="keras 3.0",
        before="import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\n"
        "model = keras.Model(model.inputs, model.outputs)\nkeras.Model(model.layers[0].input, model.layers[-1].output)",
        after="import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\n"
        "model = keras.Model(model.inputs, model.outputs)\n"
        "keras.Model(model.layers[0].output, model.layers[-1].output)",
        target="tensorflow==2.21.0",
        related=("KA202",),
    ),
    on_failure=on_failure,
)

"""``model.layers["dense"]``: the list of layers asked by a name."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import index, last_name


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if "list indices must be integers or slices, not str" not in failure.message or ".layers[" not in failure.source:
        return
    facts = failing.facts_of(failure)
    if facts is None:
        return
    for node in failing.nodes(failure, facts):
        if not isinstance(node, ast.Subscript) or last_name(node.value) != "layers":
            continue
        asked = node.value
        if not isinstance(asked, ast.Attribute) or not session.is_of_keras(failing.value_of(asked.value, failure)):
            continue
        model, name = failing.text_of(asked.value, facts), failing.text_of(index(node), facts)
        edit = Edit(facts.cell.range(node), f"{model}.get_layer({name})")
        yield Problem(
            rule="KA331",
            severity=ERROR,
            title="model.layers is a list, and is asked for a layer by its name",
            cause="A list is asked by a number: model.layers[-1] is the last layer.",
            reference="model.layers",
            proposals=(Proposal("Ask get_layer for the name", (edit,), "get_layer gives the layer of that name."),),
        )
        return


RULE = Rule(
    code="KA331",
    name="layers by name",
    lesson=Lesson(
        what="`model.layers['dense']` ends in TypeError: list indices must be integers or slices, not str.",
        why="model.layers is a list. get_layer looks a layer up by its name.",
        since="keras 1.0.8",
        before="import keras\nmodel = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, name='out')])\n"
        "model.layers['out']",
        after="import keras\nmodel = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, name='out')])\n"
        "model.get_layer('out')",
        target="tensorflow==2.21.0",
        related=("KA201",),
    ),
    on_failure=on_failure,
)

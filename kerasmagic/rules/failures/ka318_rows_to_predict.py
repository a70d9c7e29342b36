"""Several inputs to predict from, of different numbers of rows: Keras 1 and 2 took as many as the first one has."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.data import ARRAY, LIST, shown
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit

_REFUSAL = "cardinality is ambiguous"


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if _REFUSAL not in failure.message:
        return
    call = failed_training(failure)
    if call is not None:
        yield from of_call(call)


def of_call(call: Training) -> Iterator[Problem]:
    """What is wrong with a call of predict that was given several arrays."""
    data = call.given.get("x")
    if call.method != "predict" or data is None or data.form != LIST:
        return
    rows = [part.samples for part in data.parts]
    if len(rows) < 2 or len(set(rows)) < 2 or any(part.form != ARRAY for part in data.parts):
        return
    shapes = " and ".join(shown(part.shape) for part in data.parts)
    yield Problem(
        rule="KA318",
        severity=ERROR,
        title=f"The inputs to predict from have {', '.join(map(str, rows[:-1]))} and {rows[-1]} rows",
        cause=f"Their shapes are {shapes}. All inputs need the same number of rows.",
        reference="keras.Model.predict",
        fixes=(Fix("manual", "Give all inputs the same rows."),),
        proposals=tuple(_cut(call, rows)),
    )


def _cut(call: Training, rows: list[int | None]) -> Iterator[Proposal]:
    """``[a, b]`` as ``[a, b[:len(a)]]`` where b is the longer one."""
    node = call.written.get("x")
    items = node.elts if isinstance(node, ast.List) else []
    first = rows[0]
    if call.facts is None or first is None or len(items) != len(rows) or not isinstance(items[0], ast.Name):
        return
    if not all(isinstance(item, ast.Name) for item in items) or any(each is None or each < first for each in rows):
        return
    cell = call.facts.cell
    name = items[0].id
    longer = [item for item, each in zip(items, rows) if each != first]
    edits = tuple(Edit(cell.range(item), f"{cell.segment(cell.range(item))}[:len({name})]") for item in longer)
    yield Proposal(
        f"Take as many rows as {name} has",
        edits,
        "Keras 1 and 2 did so.",
        f"Right if the rows of all inputs belong together from the first one on, and only those of {name} are meant.",
    )


RULE = Rule(
    code="KA318",
    name="inputs of different lengths",
    lesson=Lesson(
        what="`model.predict([a, b])` ends in ValueError: Data cardinality is ambiguous.",
        why="Keras 1 and 2 took as many rows of each input as the first one has, and said nothing. TensorFlow 2 "
        "refuses inputs of different lengths.",
        since="tensorflow 2.0",
        before="import numpy\nfrom keras import Input, Model\nfrom keras.layers import Add\n"
        "a, b = Input((4,)), Input((4,))\nmodel = Model([a, b], Add()([a, b]))\n"
        "left, right = numpy.ones((2, 4)), numpy.ones((3, 4))\nmodel.predict([left, right])",
        after="import numpy\nfrom keras import Input, Model\nfrom keras.layers import Add\n"
        "a, b = Input((4,)), Input((4,))\nmodel = Model([a, b], Add()([a, b]))\n"
        "left, right = numpy.ones((2, 4)), numpy.ones((3, 4))\nmodel.predict([left, right[:len(left)]])",
        target="tensorflow==2.16.2",
        related=("KD106",),
    ),
    on_failure=on_failure,
)

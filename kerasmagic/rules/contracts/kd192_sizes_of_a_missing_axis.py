"""``LSTM(4, input_shape=(x.shape[1], x.shape[2]))`` of data with two axes: the layer needs one more."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.data import ARRAY, describe, shown
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.lines import before
from ...source.nodes import index, last_name
from ...source.position import Range

_SHAPES = ("input_shape", "batch_input_shape", "shape", "batch_shape")
_LAYERS = {3: ("LSTM", "GRU", "SimpleRNN", "Conv1D", "Bidirectional"), 4: ("Conv2D", "SeparableConv2D")}
"""Layers that take data of so many axes, with that of the samples."""
_AXES = {3: "(samples, steps, features)", 4: "(samples, height, width, channels)"}
_INPUTS = ("Input", "InputLayer")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    end = failure.end
    if facts is None or not isinstance(failure.exception, IndexError) or end is None or end.place != "cell":
        return
    for call in failing.calls(failure, facts):
        for node in _sizes(call):
            found = _missing(node, call, failure, facts)
            if found is not None:
                yield problem("KD192", found, facts)
                return


def _sizes(call: ast.Call) -> Iterator[ast.Subscript]:
    """What stands in the shape that a layer, or an Input, is given."""
    name = last_name(call.func)
    known = [*_INPUTS, *(each for names in _LAYERS.values() for each in names)]
    given = [item.value for item in call.keywords if item.arg in _SHAPES]
    given += call.args[:1] if name in _INPUTS else []
    for each in given if name in known else ():
        yield from (node for node in ast.walk(each) if isinstance(node, ast.Subscript))


def _missing(node: ast.Subscript, call: ast.Call, failure: Failure, facts: CellFacts) -> Finding | None:
    axis, owner = getattr(index(node), "value", None), node.value
    if type(axis) is not int or not isinstance(owner, ast.Attribute) or owner.attr != "shape":
        return None
    data = describe(failing.value_of(owner.value, failure))
    if data.form != ARRAY or data.shape is None or axis != len(data.shape) or axis < 1:
        return None
    name, axes = failing.text_of(owner.value, facts), axis + 1
    layer = last_name(call.func)
    takes = _AXES[axes] if layer in _LAYERS.get(axes, ()) else ""
    if layer not in _INPUTS and not takes:
        return None
    sizes = ", ".join(f"{name}.shape[{place}]" for place in range(axis))
    line = f"{name} = {name}.reshape({sizes}, 1)"
    edits = _line_before(owner.value, line, facts)
    what = {3: "one feature at each step", 4: "one channel"}.get(axes, "a last axis of one")
    change = Change(
        "Give the data the axis that lacks", edits, f"Right for {what}; data to predict from needs the same line."
    )
    return Finding(
        title=f"{name} has shape {shown(data.shape)}: there is no {name}.shape[{axis}]",
        cause=f"{layer} takes {takes}." if takes else f"It has {axis} {'axis' if axis == 1 else 'axes'}.",
        changes=(change,) if edits else (),
        advice=(f"Write before: {line}.",),
        reference=f"{layer}(input_shape)",
    )


def _line_before(owner: ast.expr, line: str, facts: CellFacts) -> tuple[tuple[Range, str], ...]:
    """The line before the statement of the cell; none in a function, whose names may be others."""
    body = facts.cell.tree.body if facts.cell.tree is not None else []
    statement = next((each for each in body if any(node is owner for node in ast.walk(each))), None)
    if not isinstance(owner, ast.Name) or not isinstance(statement, (ast.Expr, ast.Assign)):
        return ()
    return tuple((edit.range, edit.text) for edit in before(statement, facts.cell, line))


RULE = Rule(
    code="KD192",
    name="size of an axis that is not there",
    lesson=Lesson(
        what="`LSTM(4, input_shape=(x.shape[1], x.shape[2]))` ends in IndexError: tuple index out of range.",
        why="An LSTM takes data with three axes: samples, steps and features. One series has one feature at each step, "
        "and NumPy leaves that axis out.",
        before="import numpy as np\nfrom keras import Sequential, layers\nx = np.ones((8, 5))\n"
        "model = Sequential()\nmodel.add(layers.LSTM(4, input_shape=(x.shape[1], x.shape[2])))",
        after="import numpy as np\nfrom keras import Sequential, layers\nx = np.ones((8, 5))\n"
        "x = x.reshape(x.shape[0], x.shape[1], 1)\n"
        "model = Sequential()\nmodel.add(layers.LSTM(4, input_shape=(x.shape[1], x.shape[2])))",
        target="tensorflow==2.20.0",
        related=("KD101",),
    ),
    on_failure=on_failure,
)

"""``call(self, inputs, mask=None)`` of the user's for a list of inputs: Keras 3 gives a list of None for the mask."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.masks import masks_of_nothing
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.lines import before

_LINES = ("if isinstance(mask, (list, tuple)) and all(each is None for each in mask):", "    mask = None")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    frame, facts = masks_of_nothing(failure), failing.facts_of(failure)
    if frame is None or facts is None:
        return
    owner = session.class_name(frame.f_locals.get("self"))
    method = _method(owner, frame.f_code.co_name, facts)
    if method is None:
        return
    number = len(session.members(frame.f_locals.get("mask")))
    edits = tuple(before(_first(method), facts.cell, *_LINES))
    yield Problem(
        rule="KD160",
        severity=ERROR,
        title=f"The mask is [{', '.join(['None'] * number)}]: none of the {number} inputs has one",
        cause="For a list of inputs Keras 3 gives a list of masks, also where all are None; Keras 2 gave None then.",
        range=facts.cell.range(method),
        reference=f"{owner}.{method.name}",
        fixes=() if edits else (Fix("manual", f"Begin {method.name} with: {_LINES[0]} mask = None."),),
        proposals=(Proposal("Let it be None, as in Keras 2", edits, "Then no mask is used where there is none."),)
        if edits
        else (),
    )


def _method(owner: str, name: str, facts: CellFacts) -> ast.FunctionDef | None:
    """The method of the cell that failed, where it takes a mask."""
    for made in (node for node in facts.cell.placed if isinstance(node, ast.ClassDef) and node.name == owner):
        for node in made.body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                taken = (*node.args.args, *node.args.kwonlyargs)
                return node if any(each.arg == "mask" for each in taken) else None
    return None


def _first(method: ast.FunctionDef) -> ast.stmt:
    """The first statement of a method behind its docstring."""
    first = method.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return method.body[1] if told and len(method.body) > 1 else first


RULE = Rule(
    code="KD160",
    name="masks of several inputs",
    lesson=Lesson(
        what="A layer of yours with `call(self, inputs, mask=None)` ends in \"Tried to convert 'y' to a tensor and "
        'failed. Error: None values not supported." in Keras 3, when it is called with a list.',
        why="For a list of inputs Keras 3 gives a list of masks. Where no input has one it is [None, None], so that "
        "`if mask is not None` is true. In Keras 2 it was None then.",
        since="keras 3.0",
        before="import keras\n\n\nclass Sum(keras.layers.Layer):\n    def call(self, inputs, mask=None):\n"
        "        first, second = inputs\n        total = first + second\n        if mask is not None:\n"
        "            total = total * mask[0]\n        return total\n\n\n"
        "outputs = Sum()([keras.Input((3,)), keras.Input((3,))])",
        after="import keras\n\n\nclass Sum(keras.layers.Layer):\n    def call(self, inputs, mask=None):\n"
        "        if isinstance(mask, (list, tuple)) and all(each is None for each in mask):\n"
        "            mask = None\n"
        "        first, second = inputs\n        total = first + second\n        if mask is not None:\n"
        "            total = total * mask[0]\n        return total\n\n\n"
        "outputs = Sum()([keras.Input((3,)), keras.Input((3,))])",
        target="tensorflow==2.21.0",
        related=("KI131",),
    ),
    on_failure=on_failure,
)

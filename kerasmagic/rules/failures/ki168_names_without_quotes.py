"""``activation=relu``: a name that Keras knows as a text, written without quotes."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import VARIABLE
from ...diagnosis.resolve.strings import PACKAGES, known
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name

_WORDS = {"padding": ("same", "valid", "causal"), "class_mode": ("categorical", "binary", "sparse")}
"""What else is chosen by a text."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted, facts = failure.wanted, failing.facts_of(failure)
    if wanted is None or wanted.kind != VARIABLE or facts is None:
        return
    name = wanted.member
    places = [
        node
        for argument, node in _given(failure, facts)
        if node.id == name != argument and (name in _WORDS.get(argument, ()) or name in known(_kind(argument), world))
    ]
    if places:
        differs = f"If {name} is a variable of yours, run the cell that makes it instead."
        yield problem(
            "KI168",
            Finding(
                title=f"{name} has no quotes: Python looks for a variable of this name",
                cause="Keras takes the name as a text.",
                changes=(Change("Put it in quotes", tuple((node, repr(name)) for node in places), differs, _FOUND),),
                reference=name,
            ),
            facts,
        )


_FOUND = "Keras knows it by this text here."


def _given(failure: Failure, facts: CellFacts) -> Iterator[tuple[str, ast.Name]]:
    """The names that the calls on the line give, each with the argument it is given for."""
    for call in failing.calls(failure, facts):
        given = [(item.arg or "", item.value) for item in call.keywords]
        if last_name(call.func) == "Activation":
            given += [("activation", node) for node in call.args[:1]]
        for argument, value in given:
            for node in value.elts if isinstance(value, (ast.List, ast.Tuple)) else (value,):
                if isinstance(node, ast.Name):
                    yield argument, node


def _kind(argument: str) -> str:
    """``initializer`` of ``kernel_initializer``, ``metric`` of ``metrics``"""
    return next((kind for kind in PACKAGES if argument.rstrip("s").endswith(kind.rstrip("s"))), "")


RULE = Rule(
    code="KI168",
    name="name without quotes",
    lesson=Lesson(
        what="`Dense(8, activation=relu)` ends in NameError: name 'relu' is not defined.",
        why="Without quotes it is a variable. With quotes it is a text, by which Keras finds its own function.",
        before="from keras.layers import Dense\nDense(8, activation=relu)",
        after="from keras.layers import Dense\nDense(8, activation='relu')",
        target="tensorflow==2.16.2",
        related=("KI130", "KA302"),
    ),
    on_failure=on_failure,
)

"""``x = conv_block(x)``, or a layer of the user's, where the function computes a tensor and returns nothing."""

from __future__ import annotations

import ast
import re
from types import CodeType, FunctionType
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import raised_by_keras
from ...diagnosis.contract.training import trained_model
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.earlier import written_in
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.lines import behind
from ...source.nodes import last_name, returned

_NONE = re.compile(r"NoneType|(?:^|Got:? '?|Found: |=|value )None\b|unknown TensorShape", re.MULTILINE)
"""None for a tensor; the sizes of a shape are other Nones."""


class Silent(NamedTuple):
    """A function of the user's that returns nothing, as it is called here."""

    code: CodeType
    name: str
    made: str
    """What is None by that."""


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not _NONE.search(failure.message) or not raised_by_keras(failure):
        return
    if not failing.in_library(failure) and not failing.asked_by_keras(failure):
        return
    for each in (*_on_the_line(failure, facts), *_of_the_model(failure)):
        writing = written_in(each.code, failure)
        there = failing.facts_of(writing.failure) if writing is not None else None
        written = _written(each.code, there) if there is not None else None
        if writing is None or there is None or written is None:
            continue
        gives = _last_given(written)
        edits = tuple(behind(written.body[-1], there.cell, f"return {gives}")) if gives else ()
        yield Problem(
            rule="KD161",
            severity=ERROR,
            title=f"{each.made} is None: {each.name} returns nothing",
            cause="What a function computes is lost without a return.",
            reference=each.name,
            fixes=() if edits else (Fix("manual", f"Let {each.name} end in return and what it computes."),),
            proposals=(Proposal(f"Return {gives}", edits, f"{gives} is what it computes last."),) if edits else (),
            earlier=writing.cell,
        )
        return


def _on_the_line(failure: Failure, facts: CellFacts) -> Iterator[Silent]:
    """What made the values on the failing line that are None, and the calls there that do."""
    for call in failing.calls(failure, facts):
        for node in _given(call):
            made: ast.expr | None = node
            if isinstance(node, ast.Name):
                is_none = _is_none(failure.variables.get(node.id, node))
                made = _assigned(node.id, call, facts) if is_none else None
            if isinstance(made, ast.Call):
                yield from _called(made, failing.text_of(node, facts), failure)


def _is_none(value: Any) -> bool:
    """None, or what Keras 2 makes of it between layers."""
    return value is None or session.class_name(session.own(value, "_type_spec")) == "NoneTensorSpec"


def _given(call: ast.Call) -> Iterator[ast.expr]:
    for node in (*call.args, *(item.value for item in call.keywords)):
        yield from node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]


def _assigned(name: str, call: ast.Call, facts: CellFacts) -> ast.expr | None:
    """What a name was given last before a call."""
    found = [
        node
        for node in facts.cell.placed
        if isinstance(node, ast.Assign)
        and node.lineno < call.lineno
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    ]
    return max(found, key=lambda node: node.lineno).value if found else None


def _called(call: ast.Call, made: str, failure: Failure) -> Iterator[Silent]:
    """The function that a call runs: a plain one, or the ``call`` of a layer of the user's."""
    function: Any = failing.value_of(call.func, failure)
    if type(function) is FunctionType:
        yield Silent(function.__code__, function.__name__, made)
        return
    layer: Any = failing.value_of(call.func.func, failure) if isinstance(call.func, ast.Call) else type(function)
    yield from _call_of(layer, made)


def _call_of(layer: Any, made: str) -> Iterator[Silent]:
    if isinstance(layer, type) and session.is_class_of_keras(layer) and not session.is_layer_class(layer):
        function = session.defined(layer, "call")
        if type(function) is FunctionType:
            yield Silent(function.__code__, f"{session.name_of(layer)}.call", made)


def _of_the_model(failure: Failure) -> Iterator[Silent]:
    """``fit`` of a model of the user's class."""
    model = trained_model(failure)
    if model is not None:
        yield from _call_of(type(model), f"What {session.class_name(model)} gives")


def _written(code: CodeType, facts: CellFacts) -> ast.FunctionDef | None:
    """The definition in its cell, where it returns nothing in any of its ways."""
    for node in facts.cell.placed:
        if not isinstance(node, ast.FunctionDef) or node.name != code.co_name or node.decorator_list:
            continue
        taken = [each.arg for each in node.args.args]
        is_it = taken == list(code.co_varnames[: code.co_argcount])
        generator = any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in ast.walk(node))
        if is_it and not generator and not returned(node):
            return node
    return None


def _last_given(function: ast.FunctionDef) -> str:
    """The name that the last statement gives a value to, where nothing leaves the function before."""
    last = function.body[-1]
    if any(isinstance(node, ast.Return) for node in ast.walk(function)):
        return ""
    if isinstance(last, ast.Assign) and len(last.targets) == 1:
        return last.targets[0].id if isinstance(last.targets[0], ast.Name) else ""
    return last_name(last.target) if isinstance(last, ast.AugAssign) and isinstance(last.target, ast.Name) else ""


RULE = Rule(
    code="KD161",
    name="function without return",
    lesson=Lesson(
        what="`x = block(x)` or a layer of yours gives None, and the next layer ends in TypeError: Inputs to a layer "
        "should be tensors. Got: None.",
        why="A function without return gives None, whatever it computes. So does the method call of a layer or model.",
        since="keras 2.0",
        before="import keras\n\n\ndef block(x):\n    x = keras.layers.Dense(4)(x)\n\n\n"
        "x = block(keras.Input((3,)))\nx = keras.layers.Dense(2)(x)",
        after="import keras\n\n\ndef block(x):\n    x = keras.layers.Dense(4)(x)\n    return x\n\n\n"
        "x = block(keras.Input((3,)))\nx = keras.layers.Dense(2)(x)",
        target="tensorflow==2.21.0",
        related=("KD107", "KA202"),
    ),
    on_failure=on_failure,
    is_cause=True,
)

"""Tensors that are used outside of the function, or the loop, under tf.function that made them."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.named import of_module
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .kd128_layers_that_adapt import UNADAPTED

_REFUSED = re.compile(
    r"is out of scope and cannot be used here|cannot be accessed (?:here|from here)"
    r"|An op outside of the function building code is being passed",
)
_DTYPE = re.compile(r"dtype=(b?float\d+|u?int\d+|complex\d+|bool|string)\b")
_LOOPS = (ast.For, ast.While)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    said = str(failure.exception)
    if type(failure.exception).__name__ != "InaccessibleTensorError" and not _REFUSED.search(said):
        return
    if not failing.in_library(failure) or re.search(UNADAPTED, said):
        return  # of a Normalization that has not learned its data KD128 tells
    facts = failing.facts_of(failure)
    found = next(_lists(failure, facts), None) if facts is not None else None
    if facts is not None and found is not None:
        yield problem("KD157", _of_a_list(*found, _dtype(said), failure, facts), facts)
    else:
        yield problem("KD157", _OF_A_FUNCTION, None)


_OF_A_FUNCTION = Finding(
    title="A tensor that a function under @tf.function made is used outside of it",
    cause="TensorFlow runs the function once to build a graph. What it puts into a list, an attribute or a global "
    "variable is a part of that graph, and has no value outside.",
    advice=("Return the tensor from the function, and put what it returns into the list or attribute.",),
    reference="tf.function",
)


def _dtype(said: str) -> str:
    found = _DTYPE.search(said)
    return found[1] if found else "float32"


def _lists(failure: Failure, facts: CellFacts) -> Iterator[tuple[str, ast.FunctionDef, list[ast.Expr]]]:
    """The lists on the line that failed which a loop of the same function fills."""
    used = {node.id for node in failing.nodes(failure, facts) if isinstance(node, ast.Name)}
    for function in facts.cell.placed:
        if isinstance(function, ast.FunctionDef):
            for name in used:
                filled = [*_appended(function, name)]
                if filled and _empty(function, name) is not None:
                    yield name, function, filled


def _appended(function: ast.FunctionDef, name: str) -> Iterator[ast.Expr]:
    """``losses.append(loss)`` in a loop."""
    loops = [node for node in ast.walk(function) if isinstance(node, _LOOPS)]
    for node in dict.fromkeys(each for loop in loops for each in ast.walk(loop) if isinstance(each, ast.Expr)):
        call = node.value
        asked = call.func if isinstance(call, ast.Call) and len(call.args) == 1 and not call.keywords else None
        if isinstance(asked, ast.Attribute) and asked.attr == "append" and _is(asked.value, name):
            yield node


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _empty(function: ast.FunctionDef, name: str) -> ast.List | None:
    """``[]``, where the list begins: once, or it is another case."""
    made = [node.value for node in ast.walk(function) if isinstance(node, ast.Assign) and _is(node.targets[0], name)]
    return made[0] if len(made) == 1 and isinstance(made[0], ast.List) and not made[0].elts else None


def _of_a_list(
    name: str, function: ast.FunctionDef, filled: list[ast.Expr], dtype: str, failure: Failure, facts: CellFacts
) -> Finding:
    tf = of_module("tensorflow", facts, failure.namespace)
    new = f"{tf.text}.TensorArray({tf.text}.{dtype}, size=0, dynamic_size=True)"
    return Finding(
        title=f"The loop in {function.name} fills the list {name}, and its tensors cannot be used behind the loop",
        cause="Under @tf.function a loop over a dataset or tensor becomes a part of the graph: it runs the body as one "
        "operation, and a Python list gets one tensor only, of inside.",
        changes=tuple(_changes(name, function, filled, new, tf.text, facts)) if tf.is_bound else (),
        advice=(
            f"Write {name} = {new}, in the loop {name} = {name}.write({name}.size(), …), and behind it "
            f"{name}.stack(); or decorate only the step of one batch, and loop outside of it.",
        ),
        reference="tf.function",
    )


def _is_of(node: ast.AST, tf: str) -> bool:
    """Whether it is a call of a function of TensorFlow: it takes a tensor for a list."""
    owner: ast.AST | None = node.func if isinstance(node, ast.Call) else None
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    return owner is not None and _is(owner, tf)


def _changes(
    name: str, function: ast.FunctionDef, filled: list[ast.Expr], new: str, tf: str, facts: CellFacts
) -> Iterator[Change]:
    """A TensorArray in the place of the list; where anything but TensorFlow uses the list, a person has to look."""
    owners = {node.value.func.value for node in filled}  # type: ignore[attr-defined]
    loads = [node for node in ast.walk(function) if _is(node, name) and isinstance(node.ctx, ast.Load)]  # type: ignore[attr-defined]
    in_loops = {each for loop in ast.walk(function) if isinstance(loop, _LOOPS) for each in ast.walk(loop)}
    behind = [node for node in loads if node not in owners]
    empty = _empty(function, name)
    given = {each for node in ast.walk(function) if _is_of(node, tf) for each in node.args}  # type: ignore[attr-defined]
    if empty is None or any(node in in_loops or node not in given for node in behind):
        return
    edits: list[tuple[ast.AST, str]] = [(empty, new)]
    for node in filled:
        value = failing.text_of(node.value.args[0], facts)  # type: ignore[attr-defined]
        edits.append((node, f"{name} = {name}.write({name}.size(), {value})"))
    edits += [(node, f"{name}.stack()") for node in behind]
    yield Change(
        f"Make {name} a TensorArray", tuple(edits), evidence="stack gives one tensor of all, in the same order."
    )


RULE = Rule(
    code="KD157",
    name="tensors of a loop in a graph",
    lesson=Lesson(
        what="`losses.append(loss)` in a loop under `@tf.function`, and `tf.reduce_mean(losses)` behind it, end in "
        "InaccessibleTensorError: the tensor is out of scope.",
        why="TensorFlow makes one operation of the loop, and runs the Python of its body once. What leaves the loop "
        "are variables that it assigns: numbers, tensors, a tf.TensorArray.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\n@tf.function\ndef squares(n):\n    found = []\n    for i in tf.range(n):\n"
        "        found.append(i * i)\n    return tf.stack(found)\nsquares(tf.constant(3))",
        after="import tensorflow as tf\n@tf.function\ndef squares(n):\n"
        "    found = tf.TensorArray(tf.int32, size=0, dynamic_size=True)\n    for i in tf.range(n):\n"
        "        found = found.write(found.size(), i * i)\n    return found.stack()\nsquares(tf.constant(3))",
        target="tensorflow==2.21.0",
        related=("KD115", "KA304"),
    ),
    on_failure=on_failure,
)

"""``a * b`` with tensors of two types: TensorFlow converts numbers, and no tensors."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import ensure_import
from ...source.position import Range
from .arrays_of_float64 import as_float32

_REFUSED = re.compile(
    r"Op has type (\w+) that does not match type (\w+) of argument"
    r"|was expected to be an? (\w+) tensor but is an? (\w+) tensor"
    r"|Op have types \[(\w+), (\w+)\S* that don't all match"
)
_WHOLE = re.compile(r"u?int\d|bool")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    said = _REFUSED.search(failure.message)
    if said is None or "string" in said.groups():
        return  # no cast makes numbers of texts
    facts = failing.facts_of(failure)
    pair = next(_pairs(failure, facts), None) if facts is not None else None
    ways = [*_labels(failure, facts)][:1] if facts is not None else []  # their other uses are mended with them
    if not ways and pair is not None and facts is not None:
        ways = [*_converted(*pair, failure, facts)]
    types = [each for each in said.groups() if each]
    if not ways and facts is not None:
        ways = [*as_float32(set(types), failure, facts, _tensorflow(facts)[0])]
    left, right = (_dtype(failing.value_of(node, failure)) for node in pair) if pair else (types[1], types[0])
    yield Problem(
        rule="KD121",
        severity=ERROR,
        title=f"Tensors of two types are computed with each other: {left} and {right}",
        cause="TensorFlow takes tensors of one type only; Python's own numbers fit any.",
        reference="tf.cast",
        fixes=() if ways else (Fix("manual", "Convert one of them before: tf.cast(y_true, y_pred.dtype)."),),
        proposals=tuple(ways),
    )


def _labels(failure: Failure, facts: CellFacts) -> Iterator[Proposal]:
    """A loss or a metric of the user's that is given labels of whole numbers: Keras 1 and 2 made them float32."""
    step = failure.exception.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        given = [step.tb_frame.f_locals.get(name) for name in code.co_varnames[:2]] if code.co_argcount == 2 else []
        types = [_dtype(each) for each in given]
        for node in facts.cell.placed if types and _WHOLE.match(types[0]) and types[1].startswith("float") else ():
            if isinstance(node, ast.FunctionDef) and node.name == code.co_name.replace("tf__", ""):
                yield _cast_first(node, facts)
        step = step.tb_next


def _cast_first(function: ast.FunctionDef, facts: CellFacts) -> Proposal:
    labels, predictions = (each.arg for each in function.args.args[:2])
    said = isinstance(function.body[0], ast.Expr) and isinstance(function.body[0].value, ast.Constant)
    first = function.body[1 if said and len(function.body) > 1 else 0]
    where = facts.cell.range(first)
    tensorflow, imports = _tensorflow(facts)
    newline = "\r\n" if "\r\n" in facts.text else "\n"
    text = f"{labels} = {tensorflow}.cast({labels}, {predictions}.dtype)"
    end = newline + " " * where.column if first.lineno != function.lineno else "; "
    edit = Edit(Range(where.line, where.column, where.line, where.column), text + end)
    evidence = "Keras 1 and 2 gave labels of whole numbers to losses and metrics as float32."
    return Proposal(f"Convert {labels} first", (*imports, edit), evidence)


def _tensorflow(facts: CellFacts) -> tuple[str, list[Edit]]:
    """What the program calls TensorFlow, and the import where it has no name for it."""
    known = next((name for name, value in facts.after.names.items() if value == "tensorflow"), None)
    return known or "tf", [] if known else ensure_import(facts.cell, "import tensorflow as tf")


def _pairs(failure: Failure, facts: CellFacts | None) -> Iterator[tuple[ast.Name, ast.Name]]:
    """The two variables on the failing line that are computed with each other and have different types."""
    for node in failing.nodes(failure, facts) if facts else ():
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Name) and isinstance(node.right, ast.Name):
            left, right = (_dtype(failing.value_of(each, failure)) for each in (node.left, node.right))
            if left and right and left != right:
                yield node.left, node.right


def _dtype(thing: Any) -> str:
    """The type of a tensor's numbers; empty for all that is no tensor of TensorFlow."""
    if session.root(thing) != "tensorflow":
        return ""
    name = session.attribute(session.attribute(thing, "dtype"), "name")
    return name if type(name) is str else ""


def _converted(left: ast.Name, right: ast.Name, failure: Failure, facts: CellFacts) -> Iterator[Proposal]:
    """Whole numbers become numbers with a fraction; of two kinds of those, the longer becomes the shorter."""
    tensorflow, imports = _tensorflow(facts)
    types = {each.id: _dtype(failing.value_of(each, failure)) for each in (left, right)}
    whole = [each for each in (left, right) if _WHOLE.match(types[each.id])]
    if len(whole) > 1:
        return
    each = whole[0] if whole else max((left, right), key=lambda node: types[node.id])
    other = right if each is left else left
    edit = Edit(facts.cell.range(each), f"{tensorflow}.cast({each.id}, {other.id}.dtype)")
    differs = "" if whole else f"{types[other.id]} keeps fewer digits than {types[each.id]}."
    yield Proposal(f"Convert {each.id}", (*imports, edit), f"Both are {types[other.id]} then.", differs)


RULE = Rule(
    code="KD121",
    name="tensors of two types",
    lesson=Lesson(
        what="`y_true * y_pred` in a loss ends in TypeError: Input 'y' of 'Mul' Op has type float32 that does not "
        "match type int32, or in InvalidArgumentError: was expected to be a int32 tensor but is a float tensor.",
        why="NumPy converts arrays of whole numbers by itself; TensorFlow leaves that to you: tf.cast(x, tf.float32).",
        since="tensorflow 1.0",
        before="import tensorflow as tf\na = tf.constant([1, 2])\nb = tf.constant([0.5, 0.5])\nc = a * b",
        after="import tensorflow as tf\na = tf.constant([1, 2])\nb = tf.constant([0.5, 0.5])\n"
        "c = tf.cast(a, b.dtype) * b",
        target="tensorflow==2.21.0",
        related=("KD110",),
    ),
    on_failure=on_failure,
)

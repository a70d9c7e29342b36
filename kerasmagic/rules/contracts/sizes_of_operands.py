"""``tf.matmul(self.w, x)`` and ``… + self.b``: which of the two has the wrong sizes, by its name in the cell.

The tensors and weights of the failing line are at hand in the frames of the traceback. Where a weight is at fault that
a line of the cell makes, that line is what has to change.
"""

from __future__ import annotations

import ast
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.data import Shape, describe, dimensions, shown
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...source.nodes import last_name

_BY_NUMBER = (ast.Add, ast.Sub, ast.Mult, ast.Div)


class _Operand(NamedTuple):
    node: ast.expr
    text: str
    shape: Shape
    is_variable: bool
    """Whether it is a weight: data come before it, a sample in each row."""


def misfit(failure: Failure, facts: CellFacts) -> Finding | None:
    """The two that do not fit, on the line that failed; None where their sizes are not known, or fit."""
    for node in failing.nodes(failure, facts):
        pair = _matrices(node)
        if pair is not None:
            found = [_operand(each, failure, facts) for each in pair]
            if found[0] and found[1] and _cannot_be_multiplied(found[0].shape, found[1].shape):
                return _of_matrices(node, found[0], found[1], failure, facts)
        if isinstance(node, ast.BinOp) and isinstance(node.op, _BY_NUMBER):
            sides = _operand(node.left, failure, facts), _operand(node.right, failure, facts)
            if sides[0] and sides[1] and _differ(sides[0].shape, sides[1].shape):
                return _by_number(node, sides[0], sides[1], failure, facts)
    return None


def _matrices(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """What ``tf.matmul(a, b)`` or ``a @ b`` multiplies, as it is."""
    if isinstance(node, ast.Call) and last_name(node.func) == "matmul" and len(node.args) == 2 and not node.keywords:
        return node.args[0], node.args[1]
    return (node.left, node.right) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult) else None


def _operand(node: ast.expr, failure: Failure, facts: CellFacts) -> _Operand | None:
    shape = _shape(node, failure)
    is_variable = _is_variable(failing.value_of(node, failure))
    return _Operand(node, failing.text_of(node, facts), shape, is_variable) if shape else None


def _shape(node: ast.expr, failure: Failure) -> Shape | None:
    """The shape of what a name stands for, or a product of two such."""
    pair = _matrices(node)
    if pair is not None:
        first, second = _shape(pair[0], failure), _shape(pair[1], failure)
        fits = first and second and len(first) == len(second) == 2 and not _cannot_be_multiplied(first, second)
        return (first[0], second[1]) if fits and first and second else None
    thing: Any = failing.value_of(node, failure)
    if _is_variable(thing) or session.is_kind(thing, "KerasTensor"):
        return dimensions(session.attribute(thing, "shape"))
    return describe(thing).shape if session.root(thing) in ("tensorflow", "numpy") else None


def _is_variable(thing: Any) -> bool:
    return any(session.is_kind(thing, name) for name in ("KerasVariable", "Variable", "BaseResourceVariable"))


def _cannot_be_multiplied(first: Shape, second: Shape) -> bool:
    return len(first) >= 2 and len(second) >= 2 and None not in (first[-1], second[-2]) and first[-1] != second[-2]


def _differ(first: Shape, second: Shape) -> bool:
    """Whether two shapes cannot be combined number by number."""
    sizes = zip(reversed(first), reversed(second))
    return any(None not in pair and 1 not in pair and pair[0] != pair[1] for pair in sizes)


def _of_matrices(node: ast.expr, a: _Operand, b: _Operand, failure: Failure, facts: CellFacts) -> Finding:
    columns, rows = a.shape[-1], b.shape[-2]
    changes: list[Change] = []
    if len(a.shape) == len(b.shape) == 2 and b.shape[-1] == a.shape[-2] and (a.is_variable or not b.is_variable):
        advice = f"Swap them: {b.text} comes first."
        differs = "" if a.is_variable and not b.is_variable else f"Look whether {b.text} is to come first."
        evidence = f"The sizes fit then: {shown(b.shape)} and {shown(a.shape)}."
        changes.append(Change("Swap the two", ((a.node, b.text), (b.node, a.text)), differs, evidence))
    elif (made := _made(b, failure, facts)) is not None:
        pair = made.shape.elts if isinstance(made.shape, (ast.Tuple, ast.List)) else []
        advice = f"Make {b.text} with {columns} rows: self.add_weight(shape=(input_shape[-1], …)) in build."
        if b.shape == (b.shape[0], columns) and len(pair) == 2:
            texts = [failing.text_of(each, facts) for each in pair]
            advice = f"Make {b.text} with the shape ({texts[1]}, {texts[0]})."
            edits = ((pair[0], texts[1]), (pair[1], texts[0]))
            changes.append(Change("Turn the shape round", edits, evidence=f"{b.text} has {columns} rows then."))
    elif b.shape[-1] == columns:
        advice = f"Turn {b.text} round: tf.matmul({a.text}, {b.text}, transpose_b=True)."
    elif a.shape[-2] == rows:
        advice = f"Turn {a.text} round: tf.matmul({a.text}, {b.text}, transpose_a=True)."
    else:
        advice = f"Bring one to the other's size: {a.text} with {rows} columns, or {b.text} with {columns} rows."
    return Finding(
        title=f"{a.text} has shape {shown(a.shape)} and {b.text} {shown(b.shape)}: they cannot be multiplied in this "
        "order",
        cause=f"The columns of the first, {columns}, have to be as many as the rows of the second, {rows}.",
        changes=tuple(changes),
        advice=(advice,),
        reference="tf.matmul",
    )


def _by_number(node: ast.BinOp, a: _Operand, b: _Operand, failure: Failure, facts: CellFacts) -> Finding | None:
    title = f"{a.text} has shape {shown(a.shape)} and {b.text} {shown(b.shape)}: "
    if isinstance(node.op, ast.Mult) and len(a.shape) == len(b.shape) == 2 and a.shape[-1] == b.shape[-2]:
        return Finding(
            title=f"{title}* multiplies number by number",
            cause="Their sizes are those of a product of matrices.",
            changes=(
                Change(
                    "Multiply them as matrices",
                    ((node, f"{a.text} @ {b.text}"),),
                    "@ is the product of matrices, tf.matmul: * is not.",
                ),
            ),
            advice=(f"Write tf.matmul({a.text}, {b.text}).",),
            reference="tf.matmul",
        )
    made = _made(b, failure, facts)
    if made is None or len(b.shape) != 1:
        return None
    size = a.shape[-1]
    named = [name for name, value in session.held(made.owner).items() if type(value) is int and value == size]
    wanted = f"self.{named[0]}" if len(named) == 1 and "_" not in named[0][:1] else str(size)
    differs = "" if wanted != str(size) else f"The size {size} is that of this data."
    inner = made.shape.elts if isinstance(made.shape, (ast.Tuple, ast.List)) else [made.shape]
    change = Change(f"Make {b.text} of that size", ((inner[0], wanted),), differs)
    return Finding(
        title=f"{title}they cannot be added",
        cause=f"{b.text} has to have a number for each column: {size}.",
        changes=(change,) if len(inner) == 1 else (),
        advice=(f"Make {b.text} with shape=({wanted},).",),
        reference="Layer.add_weight",
    )


class _Weight(NamedTuple):
    owner: Any
    shape: ast.expr
    """As the cell gives it to add_weight."""


def _made(operand: _Operand, failure: Failure, facts: CellFacts) -> _Weight | None:
    """The line of the cell that makes ``self.w``, a weight of the layer whose method failed."""
    node = operand.node
    owner: Any = failing.value_of(node.value, failure) if isinstance(node, ast.Attribute) else None
    if not session.is_kind(owner, "Layer"):
        return None
    found = [*_assigned(operand.text, session.class_name(owner), facts)]
    return _Weight(owner, found[0]) if len(found) == 1 else None


def _assigned(text: str, owner: str, facts: CellFacts) -> Iterator[ast.expr]:
    for made in (node for node in facts.cell.placed if isinstance(node, ast.ClassDef) and node.name == owner):
        for node in ast.walk(made):
            value = node.value if isinstance(node, ast.Assign) else None
            if not isinstance(node, ast.Assign) or failing.text_of(node.targets[0], facts) != text:
                continue
            if isinstance(value, ast.Call) and last_name(value.func) == "add_weight":
                yield from (item.value for item in value.keywords if item.arg == "shape")

"""A division that gave a whole number in Python 2, and gives a float where a program counts or indexes."""

from __future__ import annotations

import ast
import re
from types import TracebackType
from typing import Any, Iterator, Mapping

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.move import split_tree
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.position import Range

_REFUSED = re.compile(
    r"only integers, slices|(?:slice|list|tuple) indices must be integers"
    r"|'(?:numpy\.)?float(?:64)?' object cannot be interpreted as an"
)
_SHAPE = re.compile(
    r"Found invalid dimension '[\d.]+' of type '<class 'float'>'"
    r"|Dimension value must be integer or None .*got value '?[\d.]+'? with type '<class 'float'>'"
)
"""What Keras 3 and Keras 2 say of a size in a shape."""
_EVIDENCE = "Python 2 gave this number: there, / of two whole numbers was //."
_SEVERAL = "Each of these divisions gives a whole number now."


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure)
    if facts is None or not (_is_of_a_shape(failure) or _is_of_a_count(failure, facts)):
        return
    found = next((each for each in _by_frame(failure, facts) if each), [])
    edits = tuple(edit for each in found for edit in _whole(each, facts))
    if not found or len(edits) < len(found):
        return
    differs = _SEVERAL if len(found) > 1 and not _are_places(found, facts) else ""
    yield Problem(
        rule="KA329",
        severity=ERROR,
        title="A division gives a float here, and a whole number is wanted",
        cause="Since Python 3, / gives a float, also where nothing remains; // gives a whole number.",
        range=facts.cell.range(found[0]),
        reference="operator.truediv",
        fixes=(Fix("manual", "Divide with //."),),
        proposals=(Proposal("Divide with //", edits, _EVIDENCE, differs),),
    )


def _is_of_a_shape(failure: Failure) -> bool:
    return isinstance(failure.exception, (TypeError, ValueError)) and _SHAPE.search(failure.message) is not None


def _is_of_a_count(failure: Failure, facts: CellFacts) -> bool:
    refused = isinstance(failure.exception, (IndexError, TypeError)) and _REFUSED.search(failure.message)
    return bool(refused) and _is_about_keras(facts) and _is_asked_by_the_cell(failure)


def _is_about_keras(facts: CellFacts) -> bool:
    return any(split_tree(f"{each}.") or each.startswith("tensorflow") for each in facts.imported)


def _is_asked_by_the_cell(failure: Failure) -> bool:
    end = failure.end
    return end is not None and (end.place == "cell" or end.module.partition(".")[0] == "numpy")


def _by_frame(failure: Failure, facts: CellFacts) -> Iterator[list[ast.BinOp]]:
    """The divisions behind each line of the cell that was running, the innermost first."""
    path = next((frame.path for frame in failure.frames if frame.place == "cell"), "")
    steps: list[TracebackType] = []
    step = failure.exception.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == path:
            steps.append(step)
        step = step.tb_next
    for each in reversed(steps):
        frame = each.tb_frame
        yield list(dict.fromkeys(_behind(each.tb_lineno, {**frame.f_globals, **frame.f_locals}, facts)))


def _behind(line: int, variables: Mapping[str, Any], facts: CellFacts) -> Iterator[ast.BinOp]:
    for count in _counts(line, facts):
        for node in ast.walk(count):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _is_of_floats(node, variables):
                yield node
            elif isinstance(node, ast.Name) and _has_a_float(variables.get(node.id)):
                yield from (each for each in _assigned(node.id, facts) if not _is_of_floats(each, variables))


def _counts(line: int, facts: CellFacts) -> Iterator[ast.expr]:
    """What stands in brackets, or is given to a function, in the innermost statement of a line."""
    statements = [node for node in facts.cell.placed if isinstance(node, ast.stmt) and _covers(node, line)]
    for node in ast.walk(max(statements, key=lambda each: each.lineno)) if statements else ():
        if isinstance(node, ast.Subscript):
            yield node.slice
        elif isinstance(node, ast.Call):
            yield from (*node.args, *(item.value for item in node.keywords))


def _are_places(found: list[ast.BinOp], facts: CellFacts) -> bool:
    """Whether all of some divisions stand in brackets, where nothing but a whole number can be meant."""
    inside = {
        id(node) for each in facts.cell.placed if isinstance(each, ast.Subscript) for node in ast.walk(each.slice)
    }
    return all(id(each) in inside for each in found)


def _covers(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _assigned(name: str, facts: CellFacts) -> Iterator[ast.BinOp]:
    """The divisions in what the cell binds to a name, where one statement does."""
    values = [*failing.assigned(name, facts)]
    for node in ast.walk(values[0]) if len(values) == 1 else ():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield node


def _is_of_floats(node: ast.BinOp, variables: Mapping[str, Any]) -> bool:
    """Whether Python 2 had given a float, too."""
    return any(_is_float(_value(each, variables)) for each in (node.left, node.right))


def _value(node: ast.expr, variables: Mapping[str, Any]) -> Any:
    return node.value if isinstance(node, ast.Constant) else session.value_of(node, variables)


def _is_float(value: Any) -> bool:
    return type(value) is float or session.class_name(value) in ("float64", "float32")


def _has_a_float(value: Any) -> bool:
    """Whether it is a float, or a shape with one in it."""
    return any(map(_is_float, value)) if type(value) in (tuple, list) else _is_float(value)


def _whole(node: ast.BinOp, facts: CellFacts) -> Iterator[Edit]:
    left, right = facts.cell.range(node.left), facts.cell.range(node.right)
    if left.end_line != right.line:
        return
    between = Range(left.end_line, left.end_column, right.line, right.column)
    text = facts.cell.segment(between)
    if text.count("/") == 1:
        at = left.end_column + text.index("/")
        yield Edit(Range(left.end_line, at, left.end_line, at + 1), "//")


RULE = Rule(
    code="KA329",
    name="division of Python 2",
    lesson=Lesson(
        what="`kernel[(size - 1) / 2]` ends in IndexError: only integers, slices, … are valid indices.",
        why="In Python 2, / of two whole numbers gave a whole number. Many programs with Keras 1 were written for it.",
        since="Python 3.0",
        before="import numpy as np\nimport keras\nkernel = np.zeros(5)\nkernel[(5 - 1) / 2] = 1.0",
        after="import numpy as np\nimport keras\nkernel = np.zeros(5)\nkernel[(5 - 1) // 2] = 1.0",
        target="tensorflow==2.16.2",
        related=("KD108",),
    ),
    on_failure=on_failure,
)

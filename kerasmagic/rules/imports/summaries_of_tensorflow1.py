"""Values for TensorBoard as TensorFlow 1 wrote them: a Summary is made, and a FileWriter adds it."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from typing import Iterator, NamedTuple

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failed_cell import whole_lines
from ...diagnosis.model.problem import Proposal
from ...diagnosis.resolve.world import World, minor
from ...source.edits import Edit
from ...source.nodes import last_name

_SAME = "It writes the same values to the same folder."
NOT_ADDED = (
    "It has no add_summary: write each value with tf.summary.scalar(name, value, step=step), inside of "
    "`with writer.as_default():`."
)
_NO_GRAPH = "The graph that FileWriter was given is not written."


class _Value(NamedTuple):
    """``Summary.Value(tag=…, simple_value=…)``"""

    tag: str
    number: str


class _Summary(NamedTuple):
    """What a Summary holds, and the statements that make it, which nothing else needs."""

    values: list[_Value]
    made: list[ast.stmt]


_BY_TENSORBOARD = "tf.summary.scalar needs the package tensorboard here: %pip install tensorboard."


def written_at_once(facts: CellFacts, world: World) -> Proposal | None:
    """The cell with create_file_writer, and tf.summary.scalar for each value; None where one has another form."""
    writers = {
        node: node.func
        for node in facts.cell.placed
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "FileWriter"
    }
    added = [*added_by(facts)]
    if not writers or not added:
        return None
    edits: list[Edit] = []
    summary = ""
    for call, function in writers.items():
        if not call.args or call.keywords or len(call.args) > 2:
            return None
        summary = facts.cell.segment(facts.cell.range(function.value))
        folder = facts.cell.segment(facts.cell.range(call.args[0]))
        edits.append(Edit(facts.cell.range(call), f"{summary}.create_file_writer({folder})"))
    for statement, call in added:
        found = _summary(call.args[0], statement, facts)
        if found is None:
            return None
        edits += [Edit(whole_lines(each, facts), "") for each in found.made]
        edits.append(Edit(facts.cell.range(statement), _scalars(call, found.values, summary, facts)))
    graph = any(len(call.args) > 1 for call in writers)
    told = [*([_NO_GRAPH] if graph else ()), *([_BY_TENSORBOARD] if _lacks_tensorboard(world) else ())]
    return Proposal("Write the values with tf.summary.scalar", tuple(edits), _SAME, " ".join(told))


def _lacks_tensorboard(world: World) -> bool:
    """TensorFlow brings it up to 2.20."""
    return (minor(world.version("tensorflow")) or (0, 0)) >= (2, 21) and find_spec("tensorboard") is None


def added_by(facts: CellFacts) -> Iterator[tuple[ast.Expr, ast.Call]]:
    """``writer.add_summary(summary, step)``"""
    for node in facts.cell.placed:
        call = node.value if isinstance(node, ast.Expr) else None
        if isinstance(call, ast.Call) and last_name(call.func) == "add_summary" and isinstance(node, ast.Expr):
            yield node, call


def _scalars(call: ast.Call, values: list[_Value], summary: str, facts: CellFacts) -> str:
    step = _given(call, 1, "global_step")
    assert isinstance(call.func, ast.Attribute)
    where = facts.cell.range(call)
    indent = facts.cell.lines[where.line - 1][: where.column]
    writer = facts.cell.segment(facts.cell.range(call.func.value))
    at = f", step={facts.cell.segment(facts.cell.range(step))}" if step is not None else ""
    lines = [f"{indent}    {summary}.scalar({value.tag}, {value.number}{at})" for value in values]
    return "\n".join([f"with {writer}.as_default():", *lines])


def _given(call: ast.Call, place: int, name: str) -> ast.expr | None:
    by_name = next((item.value for item in call.keywords if item.arg == name), None)
    return by_name or (call.args[place] if len(call.args) > place else None)


def _summary(node: ast.expr, added: ast.stmt, facts: CellFacts) -> _Summary | None:
    """What is added: a Summary in place, or one that the statements before it in the same block make."""
    if isinstance(node, ast.Call):
        held = _values(node, facts)
        return _Summary(held, []) if held else None
    block = next((body for body in _blocks(facts) if added in body), [])
    at, name = (block.index(added), node.id) if block and isinstance(node, ast.Name) else (0, "")
    about = [each for each in block[:at] if name in _names(each)]
    begin = max((i for i, each in enumerate(about) if isinstance(each, ast.Assign)), default=None)
    made = about[begin:] if begin is not None else []
    values = [_of_statement(each, name, facts) for each in made]
    again = next((each for each in block[at + 1 :] if name in _names(each)), None)
    if not made or None in values or (again is not None and not isinstance(again, ast.Assign)):
        return None
    flat = [value for each in values for value in each or ()]
    return _Summary(flat, made) if flat and _lines_alone(made, facts) else None


def _names(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _lines_alone(statements: list[ast.stmt], facts: CellFacts) -> bool:
    return all(whole_lines(each, facts) != facts.cell.range(each) for each in statements)


def _blocks(facts: CellFacts) -> Iterator[list[ast.stmt]]:
    assert facts.cell.tree is not None
    for node in ast.walk(facts.cell.tree):
        for body in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
            if isinstance(body, list):
                yield body


def _of_statement(statement: ast.stmt, name: str, facts: CellFacts) -> list[_Value] | None:
    """The values that ``name = tf.Summary(…)`` or ``name.value.add(…)`` gives it; None where it is neither."""
    value = getattr(statement, "value", None)
    if not isinstance(value, ast.Call):
        return None
    if isinstance(statement, ast.Assign) and [last_name(each) for each in statement.targets] == [name]:
        return _values(value, facts)
    text = facts.cell.segment(facts.cell.range(value.func))
    one = _value(value, facts) if isinstance(statement, ast.Expr) and text == f"{name}.value.add" else None
    return [one] if one is not None else None


def _values(call: ast.Call, facts: CellFacts) -> list[_Value] | None:
    """What ``tf.Summary(value=[tf.Summary.Value(…), …])`` holds."""
    if last_name(call.func) != "Summary" or call.args or any(item.arg != "value" for item in call.keywords):
        return None
    listed = [item.value for item in call.keywords]
    if not all(isinstance(each, ast.List) for each in listed):
        return None
    found = [_value(each, facts) for each in (item for node in listed for item in getattr(node, "elts", ()))]
    return None if None in found else [each for each in found if each is not None]


def _value(node: ast.AST, facts: CellFacts) -> _Value | None:
    if not isinstance(node, ast.Call) or node.args or {item.arg for item in node.keywords} != {"tag", "simple_value"}:
        return None
    texts = {item.arg: facts.cell.segment(facts.cell.range(item.value)) for item in node.keywords}
    return _Value(texts["tag"], texts["simple_value"])

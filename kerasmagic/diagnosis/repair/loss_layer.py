"""``vae.add_loss(loss)``, with a loss of the model's tensors, as a layer that computes the loss when it is called."""

from __future__ import annotations

import ast
from typing import NamedTuple

from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range
from ..evidence import failed_cell as failing
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure
from ..model.problem import Proposal
from .rewrite import spelled
from .slices import Slice, block_of, computing, indented, loads, stores, tensors_in, uses_elsewhere

_NAME = "WithLoss"


class _Added(NamedTuple):
    """``model.add_loss(loss)``, and the statement that makes the model."""

    statement: ast.Expr
    loss: ast.expr
    model: ast.Assign
    output: ast.expr
    block: list[ast.stmt]


def loss_in_a_layer(failure: Failure, facts: CellFacts) -> Proposal | None:
    added = _added(facts)
    found = computing([added.loss], added.statement, added.block, failure, facts) if added else None
    if added is None or found is None or _NAME in facts.words or not _is_before(found, added, failure, facts):
        return None
    where = facts.cell.range(added.model)
    tree = "tensorflow.keras" if "tensorflow.keras" in facts.after.imported else "keras"
    names = tuple(f"{each}.layers.Layer" for each in ("keras", "tensorflow.keras", tree))
    layer = spelled(facts.cell, names, facts.after, where)
    if layer is None:
        return None
    edits = [*layer[1], *(Edit(failing.whole_lines(each, facts), "") for each in (*found.statements, added.statement))]
    given, output = _given(found, added, facts)
    text = "\n".join(_lines(layer[0], given, output, found, added, facts, " " * where.column))
    place = Range(where.line, where.column, where.line, where.column)
    taken = ", ".join(given.values())
    called = f"{_NAME}()([{taken}])" if len(given) > 1 else f"{_NAME}()({taken})"
    edits += [Edit(place, text), Edit(facts.cell.range(added.output), called)]
    return Proposal(
        "Compute the loss in a layer, and add it there",
        tuple(edits),
        "It is computed from the same tensors, when the model is called.",
    )


def _added(facts: CellFacts) -> _Added | None:
    for node in facts.cell.placed:
        call = node.value if isinstance(node, ast.Expr) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "add_loss":
            continue
        owner, block = call.func.value, block_of(node, facts)  # type: ignore[arg-type]
        if not isinstance(owner, ast.Name) or len(call.args) != 1 or call.keywords:
            continue
        for statement in block[: block.index(node)]:  # type: ignore[arg-type]
            output = _output(statement, owner.id)
            if output is not None and isinstance(statement, ast.Assign):
                return _Added(node, call.args[0], statement, output, block)  # type: ignore[arg-type]
    return None


def _output(statement: ast.stmt, name: str) -> ast.expr | None:
    """The only output of ``name = Model(inputs, output)``."""
    made = statement.value if isinstance(statement, ast.Assign) and last_name(statement.targets[0]) == name else None
    if not isinstance(made, ast.Call) or last_name(made.func) != "Model":
        return None
    given = [*made.args[1:2], *(item.value for item in made.keywords if item.arg == "outputs")]
    output = given[0] if len(given) == 1 else None
    if isinstance(output, ast.List) and len(output.elts) == 1:
        output = output.elts[0]
    return None if isinstance(output, (ast.List, ast.Tuple, ast.Dict)) else output


def _is_before(found: Slice, added: _Added, failure: Failure, facts: CellFacts) -> bool:
    """Whether all that the loss is made of is there where the model is made, and nothing else uses what it makes."""
    block, made = added.block, added.block.index(added.model)
    later = [each for each in block[made : block.index(added.statement)] if each not in found.statements]
    if any(stores(statement) & {*found.tensors, *loads(added.output)} for statement in later):
        return False
    moved = [*found.statements, added.statement]
    names = {name for statement in found.statements for name in stores(statement)}
    if any(tensors_in(each, failure) for each in moved):  # model.output stands for no value within
        return False
    used = {name for each in moved for name in loads(each)} - {*found.tensors, *names}
    if _is_bound_later(used, added.statement, facts):
        return False
    return bool(found.tensors) and not uses_elsewhere(names, moved, facts)


def _is_bound_later(names: set[str], statement: ast.stmt, facts: CellFacts) -> bool:
    """Whether the layer, which looks names up each time it is called, may find another value than the statement did."""
    for node in facts.cell.placed:
        if isinstance(node, (ast.For, ast.While)) and statement in ast.walk(node):
            return True
        if isinstance(node, (ast.Name, ast.FunctionDef)) and node.lineno > statement.lineno and names & stores(node):
            return True
    return False


def _given(found: Slice, added: _Added, facts: CellFacts) -> tuple[dict[str, str], str]:
    """What the layer is called with, by its names within, and the name of what it gives back."""
    given = {name: name for name in found.tensors}
    output = added.output
    if isinstance(output, ast.Name):
        given.setdefault(output.id, output.id)
        return given, output.id
    name = next(each for each in ("outputs", "result", "answer") if each not in given)
    given[name] = failing.text_of(output, facts)
    return given, name


def _lines(
    layer: str, given: dict[str, str], output: str, found: Slice, added: _Added, facts: CellFacts, indent: str
) -> list[str]:
    inner = f"{indent}        "
    taken = [f"{inner}{', '.join(given)} = tensors"] if len(given) > 1 else []
    return [
        f"class {_NAME}({layer}):",
        f"{indent}    def call(self, {'tensors' if taken else output}):",
        *taken,
        *indented(found.statements, inner, facts),
        f"{inner}self.add_loss({failing.text_of(added.loss, facts)})",
        f"{inner}return {output}",
        "",
        indent,
    ]

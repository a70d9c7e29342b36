"""A Sequential model that begins with several others, as a functional model: ``model.add(Merge([left, right]))``."""

from __future__ import annotations

import ast
from typing import Callable, Sequence

from ...source.edits import Edit
from ...source.imports import keyword_range
from ...source.nodes import last_name
from ...source.position import Range
from ..evidence.cell import CellFacts


def as_functional(merge: ast.Call, merged: Callable[[str], str], facts: CellFacts) -> list[Edit]:
    """The edits that build the same network from tensors; none where the model is not made in one straight piece.

    Arguments:
        merge: the call of Merge, inside of ``model.add(…)``.
        merged: the call that merges some tensors, given as written.
    """
    tree = facts.cell.tree
    names, together = _branches(merge), _list_of_models(merge, facts)
    if tree is None or not (names or together) or len(set(names)) < len(names):
        return []
    for body in _bodies(tree):
        for index, statement in enumerate(body):
            if _added(statement) is merge:
                return _rebuilt(body, index, names, together, merged, facts)
    return []


def _branches(merge: ast.Call) -> list[str]:
    """The names of the models that are merged; none where one has no name."""
    branches = merge.args[0] if merge.args else next((k.value for k in merge.keywords if k.arg == "layers"), None)
    items = branches.elts if isinstance(branches, (ast.List, ast.Tuple)) else []
    names = [item.id for item in items if isinstance(item, ast.Name)]
    return names if len(names) == len(items) else []


def _list_of_models(merge: ast.Call, facts: CellFacts) -> str:
    """The variable that a cell makes a list, and that is merged; "" where there is none."""
    name = merge.args[0].id if merge.args and isinstance(merge.args[0], ast.Name) else ""
    made = (node for node in facts.cell.placed if isinstance(node, ast.Assign) and isinstance(node.value, ast.List))
    return name if any(isinstance(each, ast.Name) and each.id == name for node in made for each in node.targets) else ""


def _merged_in(model: str, merging: str, tree: ast.AST, above: tuple[str, ...] = ()) -> list[str]:
    """The models that a model is merged from, those of its branches, too; itself where it is not merged."""
    for node in ast.walk(tree):
        layer = _added(node) if isinstance(node, ast.Expr) and _owner(node) == model else None
        if isinstance(layer, ast.Call) and last_name(layer.func) == merging and model not in above:
            return [leaf for each in _branches(layer) for leaf in _merged_in(each, merging, tree, (*above, model))]
    return [model]


def _shaped(model: str, facts: CellFacts) -> list[Edit]:
    """A first Embedding that is told its length tells the shape of a sample: without it the model has no tensors."""
    assert facts.cell.tree is not None
    added = [node for node in ast.walk(facts.cell.tree) if isinstance(node, ast.Expr) and _owner(node) == model]
    layer = _added(min(added, key=lambda node: node.lineno)) if added else None
    if not isinstance(layer, ast.Call) or last_name(layer.func) != "Embedding":
        return []
    length = next((item.value for item in layer.keywords if item.arg == "input_length"), None)
    where = keyword_range(facts.cell, layer, "input_length")
    if length is None or where is None or any(item.arg == "input_shape" for item in layer.keywords):
        return []
    return [Edit(where, f"input_shape=({facts.cell.segment(facts.cell.range(length))},)")]


def _rebuilt(
    body: Sequence[ast.stmt],
    index: int,
    branches: list[str],
    together: str,
    merged: Callable[[str], str],
    facts: CellFacts,
) -> list[Edit]:
    model = _owner(body[index])
    made = next((at for at in range(index - 1, -1, -1) if _makes(body[at], model)), None)
    last = max((at for at in range(index, len(body)) if _adds_to(body[at], model)), default=None)
    if made is None or last is None or any(_mentions(each, model) for each in body[made + 1 : index]):
        return []
    inside = [node for each in body[index : last + 1] for node in ast.walk(each)]
    adds = [node for node in inside if isinstance(node, ast.Expr) and _owner(node) == model]
    uses = [node for node in inside if isinstance(node, ast.Name) and node.id == model]
    if len(adds) != len(uses) or any(_added(each) is None for each in adds):
        return []
    tensor = _free("merged", facts)
    cell, newline = facts.cell, "\r\n" if "\r\n" in facts.text else "\n"
    outputs = " + ".join(f"{name}.outputs" for name in branches)
    inputs = " + ".join(f"{name}.inputs" for name in branches)
    merge = _added(body[index])
    assert isinstance(merge, ast.Call) and cell.tree is not None
    leaves = [leaf for name in branches for leaf in _merged_in(name, last_name(merge.func), cell.tree)]
    if together:
        outputs = f"[tensor for each in {together} for tensor in each.outputs]"
        inputs = f"[tensor for each in {together} for tensor in each.inputs]"
    if together or len(set(leaves)) < len(leaves):  # a model that is merged twice is fed once
        inputs = f"list(dict.fromkeys({inputs}))"
    edits = [_removed(body[made], facts), *(edit for name in branches for edit in _shaped(name, facts))]
    for each in adds:
        layer = _added(each)
        assert layer is not None
        text = merged(outputs) if each is body[index] else f"{cell.segment(cell.range(layer))}({tensor})"
        edits.append(Edit(cell.range(each), f"{tensor} = {text}"))
    end = cell.range(body[last])
    indent = cell.lines[cell.range(body[index]).line - 1][: cell.range(body[index]).column]
    behind = Range(end.end_line, end.end_column, end.end_line, end.end_column)
    edits.append(Edit(behind, f"{newline}{indent}{model} = Model({inputs}, {tensor})"))
    return edits


def _bodies(tree: ast.AST) -> list[list[ast.stmt]]:
    return [
        body
        for node in ast.walk(tree)
        for body in (getattr(node, name, None) for name in ("body", "orelse", "finalbody"))
        if isinstance(body, list)
    ]


def _added(statement: ast.stmt) -> ast.expr | None:
    """The layer of ``model.add(layer)``."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not _owner(statement) or len(call.args) != 1 or call.keywords:
        return None
    return call.args[0]


def _owner(statement: ast.stmt) -> str:
    """``model`` of ``model.add(…)`` that stands by itself."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    function = call.func if isinstance(call, ast.Call) else None
    owner = function.value if isinstance(function, ast.Attribute) and function.attr == "add" else None
    return owner.id if isinstance(owner, ast.Name) else ""


def _adds_to(statement: ast.stmt, model: str) -> bool:
    return any(isinstance(node, ast.Expr) and _owner(node) == model for node in ast.walk(statement))


def _makes(statement: ast.stmt, model: str) -> bool:
    """``model = Sequential()``"""
    value = statement.value if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    empty = isinstance(value, ast.Call) and not value.args and not value.keywords
    if not empty or last_name(value.func) != "Sequential":  # type: ignore[union-attr]
        return False
    target = statement.targets[0]  # type: ignore[attr-defined]
    return isinstance(target, ast.Name) and target.id == model


def _mentions(statement: ast.stmt, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(statement))


def _free(name: str, facts: CellFacts) -> str:
    """A name that the cell does not have yet."""
    assert facts.cell.tree is not None
    taken = {node.id for node in ast.walk(facts.cell.tree) if isinstance(node, ast.Name)} | set(facts.before.names)
    return next(each for each in (name, *(f"{name}_{number}" for number in range(2, 1000))) if each not in taken)


def _removed(statement: ast.stmt, facts: CellFacts) -> Edit:
    where = facts.cell.range(statement)
    line = facts.cell.lines[where.line - 1]
    if line.strip() == facts.cell.segment(where) and line.endswith("\n"):
        return Edit(Range(where.line, 0, where.end_line + 1, 0), "")
    return Edit(where, "pass")

"""What takes the place of a method of models that is gone, as an expression that does the same."""

from __future__ import annotations

import ast
from typing import Iterator

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.problem import Proposal
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range

_THROUGH = {"Activation", "Softmax", "ReLU", "LeakyReLU", "PReLU", "ELU", "Dropout", "BatchNormalization"}
"""Layers whose output has as many numbers as their input."""
_OF_CLASSES = ("categorical_crossentropy", "sparse_categorical_crossentropy")


def predicted_classes(call: ast.Call, facts: CellFacts, units: int | None = None) -> Proposal:
    """``model.predict_classes(x)``: the largest of several outputs, or one output and a threshold.

    Arguments:
        units: how many outputs the model has, where a live one shows it.
    """
    assert isinstance(call.func, ast.Attribute)
    model = facts.cell.segment(facts.cell.range(call.func.value))
    several = (units > 1) if units is not None else _has_several(model, facts)
    renamed = Edit(_name(call, facts), "predict")
    whole = facts.cell.range(call)
    before = Range(whole.line, whole.column, whole.line, whole.column)
    behind = Range(whole.end_line, whole.end_column, whole.end_line, whole.end_column)
    if several:
        return Proposal(
            "Take the class with the largest output of predict",
            (renamed, Edit(behind, ".argmax(axis=-1)")),
            "The model has an output for each class: predict_classes took the largest.",
        )
    if several is False:
        return Proposal(
            "Compare the output of predict with 0.5",
            (renamed, Edit(before, "("), Edit(behind, " > 0.5).astype('int32')")),
            "The model has one output: predict_classes compared it with 0.5.",
        )
    either = "(lambda p: p.argmax(axis=-1) if p.shape[-1] > 1 else (p > 0.5).astype('int32'))("
    return Proposal(
        "Do what predict_classes did with the output of predict",
        (Edit(before, either), renamed, Edit(behind, ")")),
        "predict_classes took the largest of several outputs, and compared a single one with 0.5.",
    )


def reset_states(call: ast.Call, facts: CellFacts) -> Proposal | None:
    """``model.reset_states()``: the layers that keep their state are asked one by one."""
    tree = facts.cell.tree
    if tree is None or call.args or call.keywords:
        return None
    assert isinstance(call.func, ast.Attribute)
    model = facts.cell.segment(facts.cell.range(call.func.value))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    layer = "layer" if "layer" not in names else "stateful_layer"
    stands_alone = any(isinstance(node, ast.Expr) and node.value is call for node in ast.walk(tree))
    where = facts.cell.range(call)
    line = facts.cell.lines[where.line - 1]
    indent = line[: where.column]
    asked = f"getattr({layer}, 'stateful', False)"
    if stands_alone and not indent.strip() and not line[where.end_column :].strip().startswith(";"):
        newline, step = ("\r\n" if line.endswith("\r\n") else "\n"), "\t" if "\t" in indent else "    "
        lines = (
            f"for {layer} in {model}.layers:",
            f"{indent}{step}if {asked}:",
            f"{indent}{step}{step}{layer}.reset_state()",
        )
        text = newline.join(lines)
    else:
        text = f"[{layer}.reset_state() for {layer} in {model}.layers if {asked}]"
    return Proposal(
        "Reset the layers that keep their state",
        (Edit(where, text),),
        "reset_states of a model did this for each of its stateful layers.",
    )


def _name(call: ast.Call, facts: CellFacts) -> Range:
    where = facts.cell.range(call.func)
    return Range(where.end_line, where.end_column - len(last_name(call.func)), where.end_line, where.end_column)


def _has_several(model: str, facts: CellFacts) -> bool | None:
    """Whether a model has more than one output, by the last layer that it gets, or by its loss; None: not known."""
    added = [*_layers(model, facts)]
    units = _units(added[-1]) if added else None
    losses = set(_losses(model, facts))
    if len({_units(each) for each in _last_ones(added)}) == 1 and units is not None:
        return units > 1
    return True if losses and losses <= set(_OF_CLASSES) else None


def _layers(model: str, facts: CellFacts) -> Iterator[ast.Call]:
    """What is added to a model, in the order of the text, without the layers that leave the number of outputs."""
    calls = [node for node in facts.cell.placed if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if not isinstance(node.func, ast.Attribute) or node.func.attr != "add":
            continue
        owner = facts.cell.segment(facts.cell.range(node.func.value))
        layer = node.args[0] if owner == model and len(node.args) == 1 else None
        if isinstance(layer, ast.Call) and last_name(layer.func) not in _THROUGH:
            yield layer


def _last_ones(added: list[ast.Call]) -> list[ast.Call]:
    """The last layer; of models that are built twice under one name, every Dense layer of one unit counts, too."""
    return added[-1:] + [each for each in added if _units(each) == 1]


def _units(layer: ast.Call) -> int | None:
    if last_name(layer.func) != "Dense":
        return None
    given = {item.arg: item.value for item in layer.keywords}
    value = layer.args[0] if layer.args else given.get("units", given.get("output_dim"))
    units = value.value if isinstance(value, ast.Constant) else None
    return units if type(units) is int else None


def _losses(model: str, facts: CellFacts) -> Iterator[str]:
    for node in facts.cell.placed:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "compile":
            continue
        if facts.cell.segment(facts.cell.range(node.func.value)) == model:
            given = {item.arg: item.value for item in node.keywords}
            value = given.get("loss", node.args[1] if len(node.args) > 1 else None)
            yield str(getattr(value, "value", ""))

"""The layers of a network with branches, put one by one into a Sequential model: each has one layer before it there."""

from __future__ import annotations

import ast
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.contract.named import of_keras
from ...diagnosis.contract.network import is_network
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...source.imports import ensure_import
from ...source.nodes import index, last_name
from ...source.position import Range


class Copied(NamedTuple):
    """The layers of a model that a cell takes one after another."""

    network: ast.expr
    """``mobile`` of ``mobile.layers[:-1]``"""
    output: str
    """What the last of them gives: ``mobile.layers[-2].output``; empty where the first ones are left out."""


def copied_one_by_one(failure: Failure, facts: CellFacts) -> Iterator[Finding]:
    for node in facts.cell.placed:
        where: ast.AST
        if isinstance(node, ast.For):
            copied, where, receiver = _layers(node.iter, failure, facts), node, _added_to(node)
        elif isinstance(node, ast.Call) and last_name(node.func) == "Sequential" and len(node.args) == 1:
            copied, where, receiver = _layers(node.args[0], failure, facts), node.args[0], ""
        else:
            continue
        if copied is None or (isinstance(node, ast.For) and not receiver):
            continue
        name = failing.text_of(copied.network, facts)
        keras = "tf_keras" if session.root(failing.value_of(copied.network, failure)) == "tf_keras" else "keras"
        model, imports = _class_of_models(keras, facts)
        whole = f"{model}({name}.input, {copied.output})"
        new = f"{receiver}.add({whole})" if receiver else f"[{whole}]"
        change = Change("Take them as one model", (*imports, (where, new)), _ONE_LAYER)
        yield Finding(
            title=f"{name} has branches, and its layers cannot follow each other in a Sequential model",
            cause="A layer such as Add or Concatenate joins the outputs of several layers; a Sequential model gives it "
            "the last one alone.",
            changes=(change,) if copied.output else (),
            advice=(
                f"Take them as one model: {whole}."
                if copied.output
                else f"Take the layers that follow from {name} as a model of their own: "
                f"{model}({name}.input, {name}.layers[-2].output).",
            ),
            reference="keras.Sequential",
        )
        return


_JOIN = ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract", "Dot")
_ONE_LAYER = "It is one layer of the new model, whose layers are in it."


def _added_to(loop: ast.For) -> str:
    """``model`` of a loop whose only statement is ``model.add(layer)``."""
    only = loop.body[0] if len(loop.body) == 1 and not loop.orelse else None
    call = only.value if isinstance(only, ast.Expr) else None
    if not isinstance(call, ast.Call) or len(call.args) != 1 or call.keywords or not isinstance(loop.target, ast.Name):
        return ""
    func = call.func
    takes_it = last_name(call.args[0]) == loop.target.id
    if isinstance(func, ast.Attribute) and func.attr == "add" and isinstance(func.value, ast.Name) and takes_it:
        return func.value.id
    return ""


def _layers(node: ast.expr, failure: Failure, facts: CellFacts) -> Copied | None:
    """``mobile.layers``, and ``mobile.layers[:-1]``, of a live model that is no Sequential."""
    cut = index(node) if isinstance(node, ast.Subscript) else None
    of = node.value if isinstance(node, ast.Subscript) else node
    if not isinstance(of, ast.Attribute) or of.attr != "layers":
        return None
    model: Any = failing.value_of(of.value, failure)
    if not is_network(model) or session.is_kind(model, "Sequential") or not _has_branches(model):
        return None
    name = failing.text_of(of.value, facts)
    if cut is None:
        return Copied(of.value, f"{name}.output")
    if not isinstance(cut, ast.Slice) or cut.step is not None or (cut.lower and _number(cut.lower) != 0):
        return Copied(of.value, "")
    end = _number(cut.upper) if cut.upper is not None else None
    if cut.upper is not None and not end:
        return Copied(of.value, "")
    return Copied(of.value, f"{name}.layers[{end - 1}].output" if end is not None else f"{name}.output")


def _has_branches(model: Any) -> bool:
    held = session.members(session.own(model, "_self_tracked_trackables", "_layers"))
    return any(session.class_name(each) in _JOIN for each in held)


def _number(node: ast.expr) -> int | None:
    try:
        found = ast.literal_eval(node)
    except (ValueError, TypeError):
        return None
    return found if type(found) is int else None


def _class_of_models(keras: str, facts: CellFacts) -> tuple[str, list[tuple[Range, str]]]:
    """What the cell calls the class Model, and the import where it has no name for it."""
    known = (of_keras(path, keras, facts) for path in ("Model", "models.Model"))
    found = next((each.text for each in known if each.is_bound), "")
    trees = [str(value) for value in facts.after.names.values() if str(value).startswith("tensorflow.keras")]
    tree = "tensorflow.keras" if trees and keras == "keras" else keras
    edits = [] if found else ensure_import(facts.cell, f"from {tree}.models import Model")
    return found or "Model", [(edit.range, edit.text) for edit in edits]

"""How a file name ends that a cell writes to: what can be known of it without running the cell."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Iterator

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.resolve.origin import keras_package
from ...diagnosis.resolve.world import World
from ...source.cell import Cell
from ...source.imports import call_node
from ...source.nodes import last_name
from ...source.reference import Reference

_MODEL = (".keras", ".h5", ".hdf5")
_CHECKPOINT = (".keras", ".h5")
_WEIGHTS = (".weights.h5", ".weights.json")


@dataclass(frozen=True)
class Written:
    """A file that a call writes."""

    node: ast.expr
    """The expression in the place of the file name."""
    ending: str
    """What it should end in: ".keras"."""


@dataclass(frozen=True)
class Wrong(Written):
    """A name that Keras 3 does not write to."""

    reference: Reference


def wrong_endings(facts: CellFacts, world: World) -> Iterator[Wrong]:
    """The calls of the cell that raise in Keras 3, because they name a file in another way than it wants."""
    for reference in (*facts.by_kind.get("call", ()), *facts.by_kind.get("method", ())):
        if not reference.name.endswith(_WRITERS) or not _in_keras_3(reference, world):
            continue
        call = call_node(facts.cell, reference)
        path = _path(call, reference) if call else None
        allowed = _allowed(reference, call) if call else ()
        end = known_end(path, facts.cell) if path is not None and allowed else None
        if path is not None and end is not None and not _may_end(end, allowed):
            yield Wrong(path, allowed[0], reference)


_WRITERS = (".save", ".save_weights", ".save_model", ".ModelCheckpoint")


def _in_keras_3(reference: Reference, world: World) -> bool:
    owner = reference.name.rpartition(".")[0] if reference.kind == "method" else reference.name
    return keras_package(owner, world) == "keras" and world.keras_3


def _path(call: ast.Call, reference: Reference) -> ast.expr | None:
    named = next((each.value for each in call.keywords if each.arg == "filepath"), None)
    place = 1 if reference.name.endswith(".save_model") else 0
    starred = any(isinstance(each, ast.Starred) for each in call.args)
    return named or (call.args[place] if len(call.args) > place and not starred else None)


def _allowed(reference: Reference, call: ast.Call) -> tuple[str, ...]:
    """The endings that are accepted; none where that is not known."""
    keywords = {each.arg: each.value for each in call.keywords}
    if reference.name.endswith(".save_weights"):
        return _WEIGHTS
    if reference.name.endswith(".ModelCheckpoint"):
        if None in keywords:
            return ()
        only = keywords.get("save_weights_only", ast.Constant(value=False))
        return (_WEIGHTS if only.value else _CHECKPOINT) if isinstance(only, ast.Constant) else ()
    return () if "zipped" in keywords or None in keywords else _MODEL


def _may_end(end: str, allowed: tuple[str, ...]) -> bool:
    return any(end.endswith(ending) or ending.endswith(end) for ending in allowed)


def literal_of(node: ast.expr, cell: Cell) -> ast.Constant | ast.JoinedStr | None:
    """The text in the cell that a file name ends with: itself, or of the variable that holds it."""
    if isinstance(node, ast.Constant):
        return node if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return node if node.values and isinstance(node.values[-1], ast.Constant) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return literal_of(node.right, cell)
    template = _template(node)
    if template is not None:
        return template if _behind_the_last_blank(template) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        return literal_of(node.args[-1], cell) if node.func.attr == "join" and _is_os_path(node.func.value) else None
    value = _only_value(node.id, cell) or _value_in_function(node, cell) if isinstance(node, ast.Name) else None
    return literal_of(value, cell) if value is not None and not isinstance(value, ast.Name) else None


def last_text(node: ast.expr, cell: Cell) -> ast.Constant | ast.JoinedStr | None:
    """The text in the cell that a file name ends in, also one that ends with what is filled in: ``f"models/{n}"``."""
    if isinstance(node, ast.JoinedStr):
        return node
    if isinstance(node, ast.Name):
        value = _only_value(node.id, cell)
        return last_text(value, cell) if value is not None and not isinstance(value, ast.Name) else None
    return _template(node) or literal_of(node, cell)


def known_end(node: ast.expr, cell: Cell) -> str | None:
    """The last characters of a file name, as far as the cell shows them; None: nothing.

    "_model" of ``f"{n}_model"``. A name that is known as a whole has a slash in front: no folder changes its end.
    """
    if isinstance(node, ast.Constant):
        return "/" + node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return _part(node.values[-1], cell) if node.values else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _part(node.right, cell)
    template = _template(node)
    if template is not None:
        return _behind_the_last_blank(template) or None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.keywords and node.args:
        return known_end(node.args[-1], cell) if node.func.attr == "join" and _is_os_path(node.func.value) else None
    if isinstance(node, ast.Name):
        value = _only_value(node.id, cell)
        return known_end(value, cell) if isinstance(value, (ast.Constant, ast.JoinedStr)) else None
    return None


_BLANK = re.compile(r"\{[^{}]*\}|%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
"""What `format` or `%` fills in: ``{0:03d}``, ``%03d``."""


def _template(node: ast.expr) -> ast.Constant | None:
    """The text of ``'…'.format(…)`` or ``'…' % …``."""
    text: ast.expr | None = None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        text = node.func.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        text = node.left
    return text if isinstance(text, ast.Constant) and isinstance(text.value, str) else None


def _behind_the_last_blank(template: ast.Constant) -> str:
    """The last characters of a file name that are the same whatever is filled in."""
    text = _BLANK.split(str(template.value))[-1]
    return "" if set(text) & set("{}%") else text


def _part(node: ast.expr, cell: Cell) -> str | None:
    """The same of a text that something stands before."""
    end = known_end(node, cell)
    return (end[1:] or None) if end and end.startswith("/") else end


def _is_os_path(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "path"


def _value_in_function(use: ast.Name, cell: Cell) -> ast.expr | None:
    """What a name of a function stands for there, where one statement of the function is all that binds it."""
    assert cell.tree is not None
    functions = [node for node in ast.walk(cell.tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    around = [each for each in functions if any(node is use for node in ast.walk(each))]
    if not around:
        return None
    inner = list(ast.walk(around[-1]))  # ast.walk goes level by level: the last is the innermost
    bound = [each for each in inner if isinstance(each, ast.Name) and each.id == use.id and type(each.ctx) is ast.Store]
    given = [each for each in inner if isinstance(each, ast.arg) and each.arg == use.id]
    if given and not bound:
        return _only_argument(around[-1], use.id, cell)
    values = [each.value for each in inner if isinstance(each, ast.Assign) and each.targets[0] in bound]
    return values[0] if len(bound) == 1 == len(values) and not given else None


def _only_argument(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str, cell: Cell) -> ast.expr | None:
    """What all calls of a function in the cell give for a parameter, where that is one text."""
    parameters = [each.arg for each in function.args.args]
    if name not in parameters or function.args.defaults:
        return None
    found: list[ast.expr] = []
    for call in cell.calls.values():
        if last_name(call.func) == function.name:
            place = parameters.index(name) - (1 if parameters[0] == "self" else 0)
            named = [item.value for item in call.keywords if item.arg == name]
            found += named or call.args[place : place + 1]
    same = {ast.dump(node) for node in found}
    return found[0] if len(same) == 1 and isinstance(found[0], (ast.Constant, ast.JoinedStr)) else None


def _only_value(name: str, cell: Cell) -> ast.expr | None:
    """What a name of the cell stands for, where one statement of the outermost level is all that binds it."""
    assert cell.tree is not None
    bound = [
        node
        for node in ast.walk(cell.tree)
        if (isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load))
        or (isinstance(node, ast.arg) and node.arg == name)
    ]
    values = [
        node.value
        for node in cell.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name
    ]
    return values[0] if len(bound) == 1 == len(values) else None

"""Merge layers of Keras 1 in today's form: ``merge([a, b], mode="concat")`` is ``concatenate([a, b])``."""

from __future__ import annotations

import ast
from typing import NamedTuple

from ...source.cell import Cell

FUNCTIONS = {
    "sum": "add",
    "mul": "multiply",
    "ave": "average",
    "max": "maximum",
    "concat": "concatenate",
    "dot": "dot",
    "cos": "dot",
}
_CLASSES = {name: name.capitalize() for name in FUNCTIONS.values()}
_COSINE = "The cosine has no additional axis of length 1 any more, which mode='cos' gave it."
_PARAMETERS = ("layers", "mode", "concat_axis", "dot_axes", "output_shape", "output_mask", "arguments", "name")


class Merging(NamedTuple):
    """What a call of ``merge`` or ``Merge`` asks for."""

    function: str
    """The function of today: "concatenate"; "Lambda" for a function of the user's."""
    first: str = ""
    """For Lambda: the function and its arguments."""
    inputs: str = ""
    """What is merged, as written; empty for a layer that is called later."""
    options: tuple[str, ...] = ()
    differs: str = ""
    """What the call of today computes otherwise."""

    def call(self, written: str, inputs: str = "") -> str:
        """The call today, with ``written`` for the function."""
        given = inputs or self.inputs
        if self.first:
            return f"{written}({', '.join([self.first, *self.options])})({given})"
        return f"{written}({', '.join([given, *self.options])})"

    @property
    def layer(self) -> str:
        """The class of today: "Concatenate"."""
        return _CLASSES.get(self.function, self.function)

    def making(self, written: str) -> str:
        """The layer, to be called with the tensors."""
        return f"{written}({', '.join(filter(None, [self.first, *self.options]))})"


def understood(call: ast.Call, cell: Cell) -> Merging | None:
    """What a call means, where its mode is written out and has a form today."""
    names = _PARAMETERS
    if len(call.args) > len(names) or any(isinstance(item, ast.Starred) for item in call.args):
        return None
    given = dict(zip(names, call.args))
    for item in call.keywords:
        if item.arg is None or item.arg not in (*names, "inputs") or item.arg in given:
            return None
        given["layers" if item.arg == "inputs" else item.arg] = item.value
    texts = {name: cell.segment(cell.range(value)) for name, value in given.items() if not _is_none(value)}
    named = (f"name={texts['name']}",) if "name" in texts else ()
    mode = given.get("mode")
    inputs = texts.get("layers", "")
    if mode is None or isinstance(mode, ast.Constant):
        return _by_mode(mode.value if mode is not None else "sum", inputs, texts, named)
    if not _is_function(mode, cell) or "output_mask" in texts:
        return None
    options = [f"{name}={texts[name]}" for name in ("output_shape", "arguments") if name in texts]
    return Merging("Lambda", texts["mode"], inputs, (*options, *named))


def _by_mode(mode: object, inputs: str, texts: dict[str, str], named: tuple[str, ...]) -> Merging | None:
    function = FUNCTIONS.get(str(mode))
    if function is None or set(texts) & {"output_mask", "arguments"}:
        return None
    options: tuple[str, ...] = ()
    if function == "concatenate" and texts.get("concat_axis", "-1") != "-1":
        options = (f"axis={texts['concat_axis']}",)
    if function == "dot":
        options = (f"axes={texts.get('dot_axes', '-1')}", *(("normalize=True",) if mode == "cos" else ()))
    return Merging(function, "", inputs, (*options, *named), _COSINE if mode == "cos" else "")


def _is_function(mode: ast.expr, cell: Cell) -> bool:
    """Whether a mode is a function: written in place, or the only thing that the cell binds to the name."""
    if not isinstance(mode, ast.Name):
        return isinstance(mode, ast.Lambda)
    bound: list[ast.AST] = [
        node for node in cell.placed if isinstance(node, ast.Name) and node.id == mode.id and _is_stored(node)
    ]
    bound += [node for node in cell.placed if isinstance(node, ast.arg) and node.arg == mode.id]
    values = [node.value for node in cell.placed if isinstance(node, ast.Assign) and node.targets == bound]
    defined = [node for node in cell.placed if isinstance(node, ast.FunctionDef) and node.name == mode.id]
    return len(bound) + len(defined) == 1 and (bool(defined) or any(isinstance(each, ast.Lambda) for each in values))


def _is_stored(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None

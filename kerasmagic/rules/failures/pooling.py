"""``tf.nn.max_pool(x, 2, 2, 'SAME')``: the pooling layer of Keras that computes the same."""

from __future__ import annotations

import ast
from typing import NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts

_KINDS = {"max_pool": "MaxPooling", "avg_pool": "AveragePooling"}
_PARAMETERS = {
    "tensorflow.nn": ("input", "ksize", "strides", "padding", "data_format", "name"),
    "tensorflow.compat.v1.nn": ("value", "ksize", "strides", "padding", "data_format", "name"),
}


class PoolingLayer(NamedTuple):
    kind: str
    """``MaxPooling2D``"""
    settings: str
    """As it is written in its brackets."""
    tensor: ast.expr


def pooling_layer(name: str, call: ast.Call, facts: CellFacts) -> PoolingLayer | None:
    """The layer for a call of a function of this name; None where it is another function, or a setting of it is not
    written out."""
    package, _, function = name.rpartition(".")
    stem = function.rstrip("123d") if function[-2:] in ("1d", "2d", "3d") else function
    if stem not in _KINDS or package not in _PARAMETERS or any(isinstance(each, ast.Starred) for each in call.args):
        return None
    given = dict(zip(_PARAMETERS[package], call.args))
    given.update({item.arg: item.value for item in call.keywords if item.arg is not None})
    tensor = given.pop("input", given.pop("value", None))
    axes = 2 if function == stem else int(function[-2])
    size, strides = (_of_axes(given.pop(each, None), axes, facts) for each in ("ksize", "strides"))
    padding = given.pop("padding", None)
    same = padding.value if isinstance(padding, ast.Constant) and type(padding.value) is str else ""
    if tensor is None or None in (size, strides) or same.lower() not in ("same", "valid") or set(given) - {"name"}:
        return None
    kept = f", name={failing.text_of(given['name'], facts)}" if "name" in given else ""
    shown = f"{size}, strides={strides}, padding='{same.lower()}'{kept}"
    return PoolingLayer(f"{_KINDS[stem]}{axes}D", shown, tensor)


def _of_axes(node: ast.expr | None, axes: int, facts: CellFacts) -> str | None:
    """``2``, ``(2, 2)`` of ``[1, 2, 2, 1]``"""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return str(node.value)
    if not isinstance(node, (ast.List, ast.Tuple)) or any(isinstance(each, ast.Starred) for each in node.elts):
        return None
    elements = [failing.text_of(each, facts) for each in node.elts]
    if len(elements) == axes + 2 and elements[0] == elements[-1] == "1":
        elements = elements[1:-1]
    if len(elements) == 1:
        return elements[0]
    return f"({', '.join(elements)})" if len(elements) == axes else None

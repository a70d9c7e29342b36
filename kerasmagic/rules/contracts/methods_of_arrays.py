"""``y_true.flatten()`` in a loss, a metric or a layer of the user's: the functions that do the same with tensors."""

from __future__ import annotations

import ast
from typing import Any, Iterator, Mapping, NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Proposal
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import ensure_import
from ...source.nodes import last_name
from ...source.position import Range

_TENSORS = ("EagerTensor", "SymbolicTensor", "Tensor")
_LIBRARIES = ("tensorflow", "keras", "tf_keras")


class _Function(NamedTuple):
    ops: str
    """In keras.ops: ``ravel(x)``."""
    tf: str
    """In TensorFlow: ``reshape(x, [-1])``."""
    keywords: tuple[str, ...] = ()
    most: int = 0
    """How many arguments the method is given by place, at most."""
    least: int = 0


_ALONG = ("axis", "keepdims")
_FUNCTIONS = {
    "flatten": _Function("ravel", "reshape(x, [-1])"),
    "ravel": _Function("ravel", "reshape(x, [-1])"),
    "reshape": _Function("reshape", "reshape", most=9, least=1),
    "astype": _Function("cast", "cast", most=1, least=1),
    "sum": _Function("sum", "reduce_sum", _ALONG, 1),
    "mean": _Function("mean", "reduce_mean", _ALONG, 1),
    "max": _Function("max", "reduce_max", _ALONG, 1),
    "min": _Function("min", "reduce_min", _ALONG, 1),
    "prod": _Function("prod", "reduce_prod", _ALONG, 1),
    "std": _Function("std", "math.reduce_std", _ALONG, 1),
    "var": _Function("var", "math.reduce_variance", _ALONG, 1),
    "squeeze": _Function("squeeze", "squeeze", ("axis",), 1),
    "clip": _Function("clip", "clip_by_value", most=2, least=2),
    "round": _Function("round", "round"),
    "transpose": _Function("transpose", "transpose"),
}
_WITH_AN_AXIS = {"argmax": "argmax", "argmin": "argmin"}
"""Without an axis these count through all numbers in NumPy, and along the first axis in TensorFlow."""
_WORDS = {"reshape": ["shape"], "astype": ["dtype"], "clip": ["low", "high"]}
"""What a method has to be given, for a line of advice."""


def named(method: str, world: World) -> str:
    """The function that stands for a method of arrays, as a person writes it: ``keras.ops.ravel(x)``."""
    known, given = _FUNCTIONS[method], _WORDS.get(method, [])
    library, function = ("keras.ops", known.ops) if _has_ops(world) else ("tf", known.tf)
    return f"{library}.{_call(function, 'x', given)}"


def is_known(method: str) -> bool:
    return method in _FUNCTIONS


def through_functions(failure: Failure, facts: CellFacts, world: World) -> Iterator[Proposal]:
    """One edit for all such calls of the function that failed."""
    reader = _Reader(failure, facts, world)
    function = reader.function
    found = [*_outermost(function, reader)] if function is not None else []
    on_line = failing.nodes(failure, facts)
    if not any(inner in on_line for node in found for inner in ast.walk(node)):
        return
    edits = [Edit(facts.cell.range(node), reader.text(node)) for node in found]
    imported = reader.imported(found[0])
    yield Proposal(
        f"Use the functions of {'keras.ops' if reader.ops else 'TensorFlow'}",
        (*imported, *edits),
        "They do with tensors what these methods do with arrays.",
    )


def _has_ops(world: World) -> bool:
    return lookup("keras.ops", world) is not None


def _outermost(function: ast.AST, reader: _Reader) -> Iterator[ast.Call]:
    """The calls to be written anew: one within another goes with it."""
    waiting = [function]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Call) and reader.is_method(node):
            yield node
        else:
            waiting += ast.iter_child_nodes(node)


class _Reader:
    """What is a tensor in the function that failed: what its variables hold, and what is computed of that."""

    def __init__(self, failure: Failure, facts: CellFacts, world: World) -> None:
        self.facts = facts
        self.ops = _has_ops(world)
        self.modules = {name for name, value in facts.after.names.items() if _is_module(value)}
        on_line = set(failing.nodes(failure, facts))
        functions = [node for node in facts.cell.placed if isinstance(node, (ast.FunctionDef, ast.Lambda))]
        around = [node for node in functions if any(each in on_line for each in ast.walk(node))]
        inner = [node for node in around if _is_running(node, failure)]
        self.function = inner[-1] if inner else None
        self.names = {name for name, thing in failure.variables.items() if is_tensor(thing)}
        for node in ast.walk(self.function) if self.function is not None else ():
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and self.is_tensor(node.value):
                self.names.add(node.targets[0].id)

    def is_tensor(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.names
        if isinstance(node, ast.BinOp):
            return self.is_tensor(node.left) or self.is_tensor(node.right)
        if isinstance(node, ast.Compare):
            return self.is_tensor(node.left) or self.is_tensor(node.comparators[0])
        if isinstance(node, ast.UnaryOp):
            return self.is_tensor(node.operand)
        if isinstance(node, ast.Subscript):
            return self.is_tensor(node.value)
        return isinstance(node, ast.Call) and (self.is_method(node) or _root(node.func) in self.modules)

    def is_method(self, node: ast.Call) -> bool:
        """Whether a call is one of a method that a function can stand for, with arguments that both take."""
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        keywords = {item.arg for item in node.keywords}
        if any(isinstance(item, ast.Starred) for item in node.args) or not method:
            return False
        if method in _WITH_AN_AXIS:
            fits = keywords <= {"axis"} and len(node.args) + len(keywords) == 1
        else:
            known = _FUNCTIONS.get(method)
            fits = known is not None and keywords <= set(known.keywords) and known.least <= len(node.args) <= known.most
        if not fits or not isinstance(node.func, ast.Attribute):
            return False
        value = node.func.value  # TensorFlow sums no truth values
        return self.is_tensor(value) and (self.ops or method == "astype" or not isinstance(value, ast.Compare))

    def text(self, node: ast.expr) -> str:
        """An expression with functions in the place of methods."""
        if not isinstance(node, ast.Call) or not self.is_method(node):
            return self._around(node)
        assert isinstance(node.func, ast.Attribute)
        method = node.func.attr
        given = [self.text(each) for each in node.args]
        if method == "reshape" and (len(given) > 1 or isinstance(node.args[0], (ast.Constant, ast.UnaryOp))):
            given = [f"({', '.join(given)}{',' if len(given) == 1 else ''})"]
        given += [f"{item.arg}={self.text(item.value)}" for item in node.keywords]
        known = _FUNCTIONS.get(method) or _Function(_WITH_AN_AXIS[method], _WITH_AN_AXIS[method])
        function = known.ops if self.ops else known.tf
        return f"{self.package}.{_call(function, self.text(node.func.value), given)}"

    def _around(self, node: ast.expr) -> str:
        """An expression that is no such call, with those in it written anew."""
        cell, whole = self.facts.cell, self.facts.cell.range(node)
        text, at = "", (whole.line, whole.column)
        for inner in sorted(_outermost(node, self), key=lambda each: (each.lineno, each.col_offset)):
            place = cell.range(inner)
            text += cell.segment(Range(*at, place.line, place.column)) + self.text(inner)
            at = (place.end_line, place.end_column)
        return text + cell.segment(Range(*at, whole.end_line, whole.end_column))

    @property
    def package(self) -> str:
        names = reversed(list(self.facts.after.names.items()))
        bound: Mapping[str, str] = {value: name for name, value in names if isinstance(value, str)}
        if not self.ops:
            return bound.get("tensorflow", "tf")
        trees = (("keras.ops", ""), ("keras", ".ops"), ("tensorflow.keras", ".ops"), ("tensorflow", ".keras.ops"))
        return next((f"{bound[tree]}{path}" for tree, path in trees if tree in bound), "ops")

    def imported(self, use: ast.AST) -> list[Edit]:
        """The import that the cell may need."""
        if self.package.partition(".")[0] in self.modules:
            return []
        statement = "from keras import ops" if self.ops else "import tensorflow as tf"
        return ensure_import(self.facts.cell, statement, self.facts.cell.range(use))


def _call(function: str, tensor: str, given: list[str]) -> str:
    """``reshape(x, [-1])`` of a function that is written with its arguments; else its call with these."""
    if "(" in function:
        return function.replace("(x", f"({tensor}", 1)
    return f"{function}({', '.join([tensor, *given])})"


def _is_module(value: Any) -> bool:
    return type(value) is str and value in (
        "tensorflow",
        "keras",
        "tensorflow.keras",
        "keras.ops",
        "tensorflow.keras.ops",
        "keras.backend",
        "tensorflow.keras.backend",
    )


def _root(node: ast.expr) -> str:
    """``tf`` of ``tf.math.exp``; empty for what does not begin with a name and a dot."""
    inner = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return last_name(inner) if inner is not node else ""


def is_tensor(thing: Any) -> bool:
    """Whether it is a tensor of TensorFlow, with values or without; torch has other ones by the name of Tensor."""
    return session.root(thing) in _LIBRARIES and session.class_name(thing) in _TENSORS


def _is_running(node: ast.AST, failure: Failure) -> bool:
    """Whether the variables are those of this function."""
    arguments: Any = getattr(node, "args", None)
    names: Mapping[str, Any] = failure.variables
    return all(each.arg in names for each in arguments.args)

"""What a cell will raise when it runs: an attribute, or a recorded value, that an object of the session does not have.

Only plain statements are read, and only names that the cell itself leaves alone: what branches, loops and functions do,
and what the cell makes anew, is not known before it runs.
"""

from __future__ import annotations

import ast
from typing import Any, Iterator, Mapping, NamedTuple

from ...source.nodes import index, string
from . import session
from .cell import CellFacts
from .failure import Failure

_LATER = (ast.Lambda, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp, ast.IfExp, ast.BoolOp)
"""What is inside of these may not run, or with other variables."""
_TRAINS = frozenset(("fit", "fit_generator", "train_on_batch"))
_BUILT_IN, _PLAIN = (dict, list, tuple, str, int, float, bool, type(None)), object.__getattribute__
_COLUMNS = ("columns", "index")
"""What pandas finds as attributes, too."""


class Foreseen(NamedTuple):
    """A failure that has not happened yet."""

    failure: Failure
    node: ast.expr
    """What raises in the cell."""


def missing_attributes(facts: CellFacts, namespace: Mapping[str, Any]) -> Iterator[Foreseen]:
    """``model.evaluate`` where ``model`` is an object without it."""
    for node, thing in _asked(facts, namespace):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and _lacks(thing, node.attr):
            said = f"'{session.class_name(thing)}' object has no attribute '{node.attr}'"
            yield Foreseen(Failure(AttributeError(said), facts.text, namespace), node)


def missing_values(facts: CellFacts, namespace: Mapping[str, Any]) -> Iterator[Foreseen]:
    """``history.history['acc']`` where the training recorded no value by that name, and ``history['loss']``."""
    if _TRAINS & facts.words:  # which may record others
        return
    for node, thing in _asked(facts, namespace):
        if isinstance(node, ast.Subscript) and session.is_kind(thing, "History"):
            if isinstance(node.value, ast.Name) and not session.defines(thing, "__getitem__"):
                said = f"'{session.class_name(thing)}' object is not subscriptable"
                yield Foreseen(Failure(TypeError(said), facts.text, namespace), node)
            recorded, key = session.value_of(node.value, namespace), string(index(node))
            is_all = recorded is session.own(thing, "history") and type(recorded) is dict
            if is_all and key is not None and key not in recorded:
                yield Foreseen(Failure(KeyError(key), facts.text, namespace), node)


def _asked(facts: CellFacts, namespace: Mapping[str, Any]) -> Iterator[tuple[ast.expr, Any]]:
    """The attributes and items that the cell reads, each with the object of the session that it begins at."""
    tree = facts.cell.tree
    if tree is None or facts.cell.error is not None:
        return
    own = {_first(node) for node in facts.cell.placed if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))}
    own |= {name for node in facts.cell.placed for name in _named_by(node)}
    for node in (each for statement in _that_run(tree.body) for each in _read(statement)):
        name = _first(node)
        if name and name not in own and name in namespace:
            yield node, namespace[name]


def _that_run(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign)):
            yield statement
        elif isinstance(statement, ast.With):
            yield from _that_run(statement.body)


def _read(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Load):
        yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _LATER):
            yield from _read(child)


def _first(node: ast.AST) -> str:
    """The name that attributes and items are asked of."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _named_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name


def _lacks(thing: Any, name: str) -> bool:
    """Whether an object certainly has no such attribute: neither itself nor its class, and nothing computes it."""
    if type(thing) not in _BUILT_IN and session.defined(type(thing), "__getattribute__") is not _PLAIN:
        return False
    if session.defines(thing, name) or name in session.held(thing):
        return False
    if session.is_exactly(thing, "pandas", "DataFrame", "Series"):
        return not any(name in session.attribute(thing, each) for each in _COLUMNS)
    return not session.defines(thing, "__getattr__")

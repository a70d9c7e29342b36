"""The statements of a block that compute some names from the tensors of a model: what can be run later, inside of a
function, as it is written."""

from __future__ import annotations

import ast
import builtins
from types import BuiltinFunctionType, FunctionType
from typing import Iterator, NamedTuple, Sequence

from ...source.nodes import last_name, parameters
from ..evidence import failed_cell as failing
from ..evidence import session
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure
from ..evidence.symbols import is_symbol


class Slice(NamedTuple):
    statements: tuple[ast.stmt, ...]
    """Those that compute, in their order."""
    tensors: tuple[str, ...]
    """The names of the model's tensors that they begin with, in the order of their use."""


def block_of(statement: ast.stmt, facts: CellFacts) -> list[ast.stmt]:
    """The statements among which one stands: those of the cell, or of a function."""
    for node in facts.cell.placed:
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and statement in block:
                return block
    return []


def loads(node: ast.AST) -> list[str]:
    """The names that an expression or statement uses, each once, in the order of the text."""
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)]
    names.sort(key=lambda each: (each.lineno, each.col_offset))
    return list(dict.fromkeys(each.id for each in names))


def stores(node: ast.AST) -> set[str]:
    found = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    return found | {each.name for each in ast.walk(node) if isinstance(each, (ast.FunctionDef, ast.ClassDef))}


def computing(
    results: Sequence[ast.expr], before: ast.stmt, block: Sequence[ast.stmt], failure: Failure, facts: CellFacts
) -> Slice | None:
    """The statements above one that compute what some expressions use.

    None where one of them makes a layer or stands in a loop, or a name means something else further down.
    """
    if not all(_computes(result, failure, facts) for result in results):
        return None
    needed = [name for result in results for name in loads(result)]
    moved: list[ast.stmt] = []
    tensors: dict[str, None] = {}
    anew: set[str] = set()  # names that the statements left in place bind, below the one that is looked at
    for statement in reversed(block[: block.index(before)]):
        bound = stores(statement) & set(needed)
        if not bound or _is_plain_function(statement, failure):
            anew |= stores(statement)
            continue
        plain = isinstance(statement, (ast.Assign, ast.AugAssign)) and _is_of_names(statement)
        if plain and isinstance(statement, ast.Assign) and is_tensor_of_model(statement.value, failure):
            tensors.update(dict.fromkeys(bound))
            anew |= stores(statement)
            needed = [name for name in needed if name not in bound]
        elif plain and _computes(statement, failure, facts) and not anew & set(loads(statement)):
            moved.insert(0, statement)
            kept = [] if isinstance(statement, ast.Assign) else sorted(bound)
            needed = [name for name in needed if name not in bound or name in kept] + loads(statement)
        else:
            return None
    inside = [*moved, *results]
    live = [name for name in needed if is_symbol(failure.variables.get(name)) and not _is_bound_by(moved, name)]
    used = [name for node in inside for name in loads(node) if name in tensors or name in live]
    return Slice(tuple(moved), tuple(dict.fromkeys(used)))


def tensors_in(node: ast.AST, failure: Failure) -> list[ast.Attribute]:
    """``layer.output`` and the like in it."""
    found = [each for each in ast.walk(node) if isinstance(each, ast.Attribute)]
    return [each for each in found if is_tensor_of_model(each, failure)]


def _is_plain_function(statement: ast.stmt, failure: Failure) -> bool:
    """Whether it defines a function that uses no tensor of the model but what it is given."""
    if not isinstance(statement, ast.FunctionDef):
        return False
    own = {each.arg for each in parameters(statement.args)} | stores(statement)
    return not any(is_symbol(failure.variables.get(name)) for name in loads(statement) if name not in own)


def _is_bound_by(statements: Sequence[ast.stmt], name: str) -> bool:
    return any(name in stores(statement) for statement in statements)


def _is_of_names(statement: ast.Assign | ast.AugAssign) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    elements = [each for target in targets for each in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return all(isinstance(each, ast.Name) for each in elements)


def is_tensor_of_model(node: ast.expr, failure: Failure) -> bool:
    """Whether an expression is a tensor that a layer makes: ``Dense(2)(x)``, ``decoder(z)``, ``layer.output``."""
    if isinstance(node, ast.Tuple):
        return all(is_tensor_of_model(each, failure) for each in node.elts)
    if isinstance(node, ast.Subscript):
        return is_tensor_of_model(node.value, failure)
    if isinstance(node, ast.Attribute):
        return node.attr in ("input", "output", "inputs", "outputs")
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Call) or last_name(node.func) == "Input":
        return True
    return session.is_kind(failing.value_of(node.func, failure), "Layer")


def _computes(part: ast.AST, failure: Failure, facts: CellFacts) -> bool:
    """Whether all that is called are functions, of a library or of the user's: no layer is made or called."""
    calls = (node for node in ast.walk(part) if isinstance(node, ast.Call))
    return all(_is_function(call.func, failure, facts) for call in calls)


def _is_function(node: ast.expr, failure: Failure, facts: CellFacts) -> bool:
    name = last_name(node)
    if isinstance(node, ast.Name) and (hasattr(builtins, name) or _is_defined(name, facts)):
        return True
    thing = failing.value_of(node, failure)
    if thing is None and isinstance(node, ast.Attribute):  # a name that the module lacks may come from elsewhere
        owner = failing.value_of(node.value, failure)
        return bool(session.module_name(owner)) and not name[:1].isupper()
    return session.is_plain(thing, FunctionType, BuiltinFunctionType) or (
        callable(thing) and not isinstance(thing, type) and not session.is_kind(thing, "Layer")
    )


def _is_defined(name: str, facts: CellFacts) -> bool:
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in facts.cell.placed)


def uses_elsewhere(names: set[str], moved: Sequence[ast.AST], facts: CellFacts) -> bool:
    """Whether anything but these nodes uses some names."""
    inside = {inner for node in moved for inner in ast.walk(node)}
    return any(
        isinstance(node, ast.Name) and node.id in names and node not in inside and isinstance(node.ctx, ast.Load)
        for node in facts.cell.placed
    )


def indented(statements: Sequence[ast.stmt], indent: str, facts: CellFacts) -> Iterator[str]:
    """The lines of statements, at another indentation."""
    for statement in statements:
        where = facts.cell.range(statement)
        first, *rest = facts.cell.segment(where).splitlines()
        yield indent + first
        yield from (indent + line[where.column :] if not line[: where.column].strip() else line for line in rest)

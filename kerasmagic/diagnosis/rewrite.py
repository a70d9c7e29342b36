"""Exact edits that make a cell ask for another name, binding the same names as before."""

from __future__ import annotations

import ast
import re
from typing import Dict, Iterator, List, Optional, Tuple, Union

from ..source.bindings import Bindings
from ..source.cell import Cell
from ..source.edits import Edit
from ..source.layout import alias_ranges
from ..source.position import Range
from ..source.reference import Reference

Import = Union[ast.Import, ast.ImportFrom]


def import_statement(cell: Cell, reference: Reference) -> Optional[Import]:
    """The statement that holds the imported name of a reference."""
    assert cell.tree is not None
    for node in ast.walk(cell.tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and reference.range in alias_ranges(cell, node):
            return node
    return None


def references_of(cell: Cell, statement: Import, references: Tuple[Reference, ...]) -> List[Reference]:
    """The references that a statement makes, one for each imported name, in order."""
    ranges = alias_ranges(cell, statement)
    return [reference for reference in references if reference.kind in ("import", "from") and reference.range in ranges]


def replace_imports(
    cell: Cell, statement: Import, new: Dict[str, Tuple[str, bool]]
) -> Optional[Tuple[Edit, str]]:
    """A statement that imports other things under the same names.

    Arguments:
        new: imported name as written (``Merge``, ``keras.backend``) -> the dotted name that takes its place, and
            whether that is a module that can be imported by itself.

    Returns the edit and the new statement; None where it cannot be written so that the same names are bound.
    """
    where = cell.range(statement)
    old = cell.segment(where)
    if isinstance(statement, ast.ImportFrom):
        text = _in_place(old, statement, new) or "\n".join(_from_lines(statement, new))
    else:
        lines = list(_import_lines(statement, new))
        if not all(lines):
            return None
        text = "\n".join(line for line in lines if line)
    if "\n" in text and "\n" not in old:
        line = cell.lines[where.line - 1]
        before = line[: where.column]
        after = line[where.end_column :].strip() if where.line == where.end_line else ""
        alone = not before.strip() and not after.startswith(";")
        ending = re.search(r"\r\n|\r|\n", cell.text)
        text = text.replace("\n", (ending.group() if ending else "\n") + before if alone else "; ")
    return Edit(where, text), text


def _in_place(old: str, statement: ast.ImportFrom, new: Dict[str, Tuple[str, bool]]) -> Optional[str]:
    """The statement with as little changed as possible: its module only, or single names only."""
    module = statement.module or ""
    names = [alias.name for alias in statement.names]
    targets = {name: new[name][0] if name in new else f"{module}.{name}" for name in names if name != "*"}
    if names == ["*"]:
        return _with_module(old, new["*"][0]) if "*" in new else None
    parents = {target.rpartition(".")[0] for target in targets.values()}
    if len(parents) != 1 or "" in parents:
        return None
    text = _with_module(old, parents.pop())
    for alias in statement.names:
        last = targets[alias.name].rpartition(".")[2]
        if last != alias.name:
            text = _with_name(text, alias, last)
    return text


def _with_module(old: str, module: str) -> str:
    return re.sub(
        r"^from((?:\s|\\)+)[^\W\d][\w.\s]*?((?:\s|\\)+)import\b",
        lambda match: f"from{match.group(1)}{module}{match.group(2)}import",
        old,
        count=1,
    )


def _with_name(text: str, alias: ast.alias, last: str) -> str:
    head, word, tail = re.split(r"(\bimport\b)", text, maxsplit=1)
    if alias.asname:
        bound = last if alias.asname != last else f"{last} as {alias.asname}"
        bound = f"{last} as {alias.asname}"
        tail = re.sub(rf"\b{alias.name}\b\s+as\s+{alias.asname}\b", bound, tail, count=1)
    else:
        tail = re.sub(rf"(?<!as )\b{alias.name}\b(?!\s+as\b)", f"{last} as {alias.name}", tail, count=1)
    return head + word + tail


def _from_lines(statement: ast.ImportFrom, new: Dict[str, Tuple[str, bool]]) -> Iterator[str]:
    """One line for each module that the names come from, in the order of the first of them."""
    groups: Dict[str, List[str]] = {}
    for alias in statement.names:
        target = new[alias.name][0] if alias.name in new else f"{statement.module}.{alias.name}"
        parent, _, last = target.rpartition(".")
        bound = alias.asname or alias.name
        groups.setdefault(parent, []).append(last if last == bound else f"{last} as {bound}")
    for parent, names in groups.items():
        if parent:
            yield f"from {parent} import {', '.join(names)}"
        else:
            yield from (f"import {name}" for name in names)


def _import_lines(statement: ast.Import, new: Dict[str, Tuple[str, bool]]) -> Iterator[Optional[str]]:
    """``import a.b as x`` from elsewhere; without ``as`` it binds its root, and needs the same root again."""
    for alias in statement.names:
        as_ = f" as {alias.asname}" if alias.asname else ""
        if alias.name not in new:
            yield f"import {alias.name}{as_}"
            continue
        target, is_module = new[alias.name]
        parent, _, last = target.rpartition(".")
        root = alias.name.partition(".")[0]
        if alias.asname and parent:
            yield f"import {target}{as_}" if is_module else f"from {parent} import {last}{as_}"
        elif alias.asname:
            yield f"import {target}{as_}"
        elif target.partition(".")[0] == root:
            yield f"import {target}"
        elif not parent:
            yield f"import {target} as {root}"
        else:
            yield _root_from(target, alias.name)


def _root_from(target: str, old: str) -> Optional[str]:
    """``import keras.utils`` -> ``from tensorflow import keras``: the old root, from where it is now."""
    root, _, rest = old.partition(".")
    base = target[: -len(rest) - 1] if rest and target.endswith("." + rest) else target if not rest else ""
    parent, _, last = base.rpartition(".")
    if not parent:
        return None
    return f"from {parent} import {last}" + ("" if last == root else f" as {root}")


def expression(cell: Cell, reference: Reference) -> Optional[Range]:
    """The whole of a dotted expression whose last part a reference stands for."""
    assert cell.tree is not None
    end = (reference.range.end_line, reference.range.end_column)
    last = reference.name.rpartition(".")[2]
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.Attribute) and node.attr == last:
            where = cell.range(node)
            if (where.end_line, where.end_column) == end or where == reference.range:
                return where
        elif isinstance(node, ast.Name) and cell.range(node) == reference.range:
            return reference.range
    return None


def spelled_with(name: str, bindings: Bindings, prefer: str = "") -> Optional[str]:
    """A dotted name through the names that are bound: ``tensorflow.math.log`` is ``tf.math.log``; None without any.

    Arguments:
        prefer: the local name to use if it serves.
    """
    found: List[Tuple[bool, int, str]] = []
    for local, value in bindings.names.items():
        if isinstance(value, str) and (name == value or name.startswith(value + ".")):
            found.append((local == prefer, len(value), local + name[len(value) :]))
    return max(found)[2] if found else None


def first_line(cell: Cell) -> int:
    """The line of the first statement, where an import can be put."""
    assert cell.tree is not None
    return cell.tree.body[0].lineno if cell.tree.body else 1

"""A cell that takes parts from one Keras, with all of them taken from another: the names that it imports, and what it
asks of modules that the other does not have, as of ``adam_v2``."""

from __future__ import annotations

import ast
from typing import Iterator, NamedTuple

from ...source.edits import Edit
from ...source.imports import name_range
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.move import split_tree
from ..model.problem import Proposal
from ..resolve.moved import lookup
from ..resolve.world import World
from . import rewrite
from .search import Candidate

_SECTIONS = {"optimizer_v2": "optimizers", "engine": "layers"}
"""Packages inside of the old copy, and where a public tree has what is in them."""

_AGAIN = "Objects made before stay what they are: run the cells that make them again."


def taken_from_one(facts: CellFacts, theirs: str, public: str, made: str, world: World) -> Proposal | None:
    """The cell with all that it takes from one tree taken from the other; None where some of it cannot be.

    Arguments:
        theirs: the tree to be left: "tensorflow.python.keras".
        public: the tree that has the same: "keras".
        made: the class of the object that was refused; where the cell itself makes it, nothing is left to be run again.
    """
    asked = [each for each in facts.references if _is_of(each, theirs) and _is_taken(each, theirs)]
    new = {each: same_in(public, each, world) for each in asked}
    gone = [each for each in asked if each.kind != "attribute" and new[each] is None]
    through = {each.bound: [use for use in asked if _goes_through(use, each)] for each in gone}
    lost = [each for each in asked if each.kind == "attribute" and new[each] is None]
    if not asked or lost or not all(_is_all(through[each.bound], each, facts) for each in gone):
        return None
    edits: list[Edit] = []
    for statement, references in _by_statement(asked, facts):
        own = [each for each in references if each in gone]
        if own:
            edits += _with_classes(statement, references, own, through, new, facts)
        else:
            pairs = tuple((each, found) for each in references for found in (new[each],) if found is not None)
            edits += rewrite.import_edits(facts.cell, statement, pairs)[0]
    for use in (each for each in asked if each.kind == "attribute"):
        found = new[use]
        if found is not None:
            edits += _written(use, found.name, any(use in uses for uses in through.values()), new, facts)
    differs = "" if makes(made, theirs, facts) else _AGAIN
    unbinds = tuple(each.bound for each in gone)
    return Proposal(f"Use the one from {public}", tuple(dict.fromkeys(edits)), differs=differs, unbinds=unbinds)


def _is_taken(reference: Reference, theirs: str) -> bool:
    """Whether it takes something from the tree: ``import tf_keras`` alone takes nothing."""
    whole = reference.kind == "import" and reference.name == theirs
    return reference.kind in ("import", "from", "attribute") and not whole


def makes(made: str, theirs: str, facts: CellFacts) -> bool:
    """Whether the cell itself makes an object of a class of this tree."""
    calls = facts.by_kind.get("call", ())
    return any(call.name.rpartition(".")[2] == made and _is_of(call, theirs) for call in calls)


def _is_of(reference: Reference, tree: str) -> bool:
    split = split_tree(reference.name)
    return split is not None and split[0] in (tree, f"{tree}.src")


def same_in(public: str, reference: Reference, world: World) -> Candidate | None:
    """What a public tree of Keras has by the same name, there or in the section above."""
    split = split_tree(reference.name)
    below = split[1] if split else ""
    section, _, rest = below.partition(".")
    names = [f"{public}.{below}" if below else public]
    if rest:
        names.append(f"{public}.{_SECTIONS.get(section, section)}.{rest.rpartition('.')[2]}")
    for name in names:
        found = lookup(name, world)
        if found is not None:
            return Candidate(name, found.kind, "tree", found.kind == "module")
    return None


def _goes_through(use: Reference, imported: Reference) -> bool:
    return (
        use.kind == "attribute"
        and use.written.partition(".")[0] == imported.bound
        and use.name.startswith(f"{imported.name}.")
    )


def _is_all(uses: list[Reference], imported: Reference, facts: CellFacts) -> bool:
    """Whether these are all uses of an imported module in the cell, and each can be written anew."""
    names = [node for node in facts.cell.placed if isinstance(node, ast.Name) and node.id == imported.bound]
    return 0 < len(names) == len(uses) and all(name_range(facts.cell, use) for use in uses)


class _Statement(NamedTuple):
    node: rewrite.Import
    references: list[Reference]


def _by_statement(asked: list[Reference], facts: CellFacts) -> Iterator[_Statement]:
    seen: set[rewrite.Import] = set()
    for each in asked:
        node = rewrite.import_statement(facts.cell, each) if each.kind != "attribute" else None
        if node is not None and node not in seen:
            seen.add(node)
            yield _Statement(
                node, [other for other in asked if other in rewrite.references_of(facts.cell, node, facts.references)]
            )


def _with_classes(
    statement: rewrite.Import,
    references: list[Reference],
    gone: list[Reference],
    through: dict[str, list[Reference]],
    new: dict[Reference, Candidate | None],
    facts: CellFacts,
) -> list[Edit]:
    """The statement that imports the classes themselves in the place of the modules that they were in."""
    wanted = [(use, use.name.rpartition(".")[2]) for each in gone for use in through[each.bound]]
    wanted += [(each, each.bound) for each in references if each not in gone]
    by_module: dict[str, dict[str, None]] = {}
    for reference, bound in wanted:
        found = new[reference]
        parent, _, last = found.name.rpartition(".") if found is not None else ("", "", "")
        by_module.setdefault(parent, {})[last if bound == last else f"{last} as {bound}"] = None
    where = facts.cell.range(statement)
    lines = [f"from {parent} import {', '.join(names)}" for parent, names in by_module.items()]
    return [Edit(where, ("\n" + " " * where.column).join(lines))]


def _written(
    use: Reference, name: str, is_imported: bool, new: dict[Reference, Candidate | None], facts: CellFacts
) -> list[Edit]:
    """How an expression asks for the new name."""
    where, root = name_range(facts.cell, use), use.written.partition(".")[0]
    if is_imported and where is not None:
        return [Edit(where, name.rpartition(".")[2])]
    for imported, found in new.items():  # the module itself comes from the other tree
        if found is not None and imported.bound == root and where is not None and name.startswith(f"{found.name}."):
            text = root + name[len(found.name) :]
            return [Edit(where, text)] if text != use.written else []
    return rewrite.name_edits(facts.cell, use, name, facts.after)[0]

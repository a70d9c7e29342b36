"""A module that was taken apart: the names that the cell takes from it are imported from where each is today."""

from __future__ import annotations

import ast
import builtins
from typing import Iterable, Iterator

from ...catalog.history import own_members
from ...source.edits import Edit
from ...source.imports import import_without, name_range
from ...source.position import Range
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.problem import Proposal
from ..resolve.moved import keys, lookup
from ..resolve.world import World
from .search import ALIKE, NOTED, TWIN, Candidate, find

_FEW = 2


def asked_of(module: Reference, facts: CellFacts) -> list[Reference]:
    """What the cell takes from a module that it imports: ``layer_utils.print_summary``."""
    return [each for each in facts.by_kind.get("attribute", ()) if each.name.startswith(f"{module.name}.")]


def member(each: Reference, module: Reference) -> str:
    return each.name[len(module.name) + 1 :]


def is_of_one_class(module: Reference, facts: CellFacts) -> bool:
    """Whether a module was one of a class, which is what the cell takes from it: ``adam_v2.Adam``."""
    own = next(filter(None, map(own_members, keys(module.name))), ())
    asked = asked_of(module, facts)
    return 0 < len(own) <= _FEW and bool(asked) and all(member(each, module) in own for each in asked)


def taken_apart(module: Reference, facts: CellFacts, world: World) -> Iterator[Proposal]:
    """The edit, where all uses of the module are of names that are somewhere today, and free in the cell."""
    asked = asked_of(module, facts)
    homes = {member(each, module): _home(each, world) for each in asked}
    where, rest = _import(module, facts)
    places = [name_range(facts.cell, each) for each in asked]
    if where is None or where.column or not asked or None in (*homes.values(), *places) or not _is_free(homes, facts):
        return
    uses = [node for node in facts.cell.placed if isinstance(node, ast.Name) and node.id == module.bound]
    if len(uses) != len(asked) or any("." in name for name in homes):
        return
    lines = [f"from {parent} import {', '.join(names)}" for parent, names in _by_parent(homes)]
    edits = [Edit(where, "\n".join([*([rest] if rest else []), *lines]))]
    edits += [Edit(place, member(each, module)) for each, place in zip(asked, places) if place is not None]
    found = [home.name for home in homes.values() if home is not None]
    yield Proposal(
        f"Import {', '.join(homes)} from {' and '.join(parent for parent, _ in _by_parent(homes))}",
        tuple(edits),
        f"{found[0]} is {world.where(found[0])}.{_PRIVATE if any('.src.' in name for name in found) else ''}",
        unbinds=(module.bound,),
    )


_PRIVATE = " It is private and may disappear in the next release."


def _home(each: Reference, world: World) -> Candidate | None:
    """Where a name is today, if that is certain and it has its name still."""
    found = next((new for new in find(each.name, world) if new.how not in (ALIKE, NOTED, TWIN)), None)
    kept = found is not None and found.name.rpartition(".")[2] == each.name.rpartition(".")[2]
    return found if found is not None and kept and lookup(found.name, world) else None


def _import(module: Reference, facts: CellFacts) -> tuple[Range | None, str]:
    """The statement that imports a module, and what is left of it without."""
    if module.kind == "from":
        return import_without(facts.cell, module) or (None, "")
    for node in facts.cell.placed:
        if isinstance(node, ast.Import) and len(node.names) == 1 and node.names[0].asname == module.bound:
            return facts.cell.range(node), ""
    return None, ""


def _is_free(names: Iterable[str], facts: CellFacts) -> bool:
    return not any(name in facts.after.names or hasattr(builtins, name) for name in names)


def _by_parent(homes: dict[str, Candidate | None]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for name, home in homes.items():
        if home is not None:
            found.setdefault(home.name.rpartition(".")[0], []).append(name)
    return list(found.items())

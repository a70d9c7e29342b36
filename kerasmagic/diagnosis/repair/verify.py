"""What a corrected cell does as the one before it did: it parses, binds what that bound, and asks for nothing new."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter

from ...source.reference import Reference
from ..evidence.cell import CellFacts, read
from ..resolve.kernel import KernelWorld
from ..resolve.missing import following, missing_in
from ..resolve.world import World

_BUILTINS = frozenset(dir(builtins))


def reread(source: str, before: CellFacts) -> CellFacts:
    """A changed cell, read with what was bound before it; only once, however much is asked about it in a row."""
    if before.changed is None or before.changed.text != source:
        before.changed = read(source, before.before.copy())
    return before.changed


def broken(source: str, before: CellFacts, world: World, unbinds: tuple[str, ...] = ()) -> bool:
    """Whether a changed cell does not parse, no longer binds a name, or asks in vain for what it did not ask for.

    Arguments:
        unbinds: names that it may do without.
    """
    after = reread(source, before)
    allowed = _corrected(before, after, world).union(unbinds)
    if after.cell.error is not None or not _bound(before) <= _bound(after) | allowed:
        return True
    if before.cell.error is not None:  # nothing could be read in it, so all that is missing is new
        return False
    # A cell that uses names of other cells may use more of them.
    if after.once(_unbound, world) and not before.once(_unbound, world):
        return True
    return bool(_missing_after(source, before, world) - _missing_before(before, world))


def _corrected(before: CellFacts, after: CellFacts, world: World) -> set[str]:
    """Names that a failing import should have bound, for each of which there is another now, and no use is left."""
    failing = {reference.bound for reference, _ in missing_in(before, world) if reference.kind == "from"}
    lost = {name for name in failing - _bound(after) if name and not re.search(rf"\b{re.escape(name)}\b", after.text)}
    used = {node.id for node in ast.walk(after.cell.tree or ast.Module([], [])) if isinstance(node, ast.Name)}
    imported = {reference.bound for reference, _ in missing_in(before, world) if reference.kind == "import"}
    lost |= imported - _bound(after) - used
    return lost if len(_bound(after) - _bound(before)) >= len(lost) else set()


def improved(source: str, before: CellFacts, world: World, unbinds: tuple[str, ...] = ()) -> bool:
    """Whether nothing is broken, and less is missing than before."""
    if broken(source, before, world, unbinds):
        return False
    after, had = _missing_after(source, before, world), _missing_before(before, world)
    return sum(after.values()) < sum(had.values())


def _missing_before(before: CellFacts, world: World) -> Counter[str]:
    return Counter(reference.name for reference, _ in missing_in(before, world))


def _missing_after(source: str, before: CellFacts, world: World) -> Counter[str]:
    """Without what a failing import hid, or a name that nothing bound: it shows when that is mended."""
    hidden = {reference.written for reference in following(before, world)}
    after = reread(source, before)
    undefined = set(after.after.names) - set(before.after.names)
    return Counter(
        reference.name
        for reference, _ in missing_in(after, world)
        if not reference.guarded and reference.written not in hidden and not _shows(reference, undefined, before)
    )


def _shows(reference: Reference, undefined: set[str], before: CellFacts) -> bool:
    """Whether it is asked of a name that the cell used already, and that is bound only now."""
    local = reference.written.partition(".")[0]
    return reference.kind not in ("import", "from") and local in undefined and local in before.words


def _bound(facts: CellFacts) -> set[str]:
    return {reference.bound for reference in facts.references if reference.bound}


def _unbound(facts: CellFacts, world: World) -> set[str]:
    """The names that a cell uses, and that neither it nor what ran before it binds, as far as that is known."""
    used: set[str] = set()
    session = world.namespace if isinstance(world, KernelWorld) else None
    bound = {*facts.after.names, *(session or ()), *_BUILTINS}
    for node in facts.cell.placed:
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
    return used - bound


def changed_lines(old: str, new: str) -> str:
    """The lines of a corrected cell that were not in it before, for a short display."""
    lines = old.splitlines()
    return "\n".join(line.strip() for line in new.splitlines() if line not in lines)

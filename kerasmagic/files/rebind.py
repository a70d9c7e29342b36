"""One edited import instead of many edited uses, where a module under an alias has lost what another one still has.

After ``import keras.backend as K`` the cells of a notebook ask for ``K.sum``, ``K.square``, ``K.epsilon``. In Keras 3
keras.backend has only the last of them, and tensorflow.keras.backend has them all. After ``import tensorflow as tf``,
placeholders and sessions tell of a program for TensorFlow 1, which tensorflow.compat.v1 still runs, as a whole.
"""

from __future__ import annotations

from collections import Counter
from typing import Iterator, Mapping, NamedTuple, Sequence

from ..catalog.target import Missing
from ..diagnosis.engine import CellFacts, read
from ..diagnosis.repair import rewrite
from ..diagnosis.repair.search import MOVED, Candidate, find
from ..diagnosis.resolve.missing import ask
from ..diagnosis.resolve.moved import lookup
from ..diagnosis.resolve.world import World
from ..source.bindings import Bindings
from ..source.edits import Edit, apply_edits
from ..source.reference import Reference
from .document import Passage

GRAPHS = "tensorflow.compat.v1"
GRAPH_NAMES = frozenset(("placeholder", "Session", "InteractiveSession"))
"""What leads nowhere in TensorFlow 2, unless the whole program builds graphs."""


class Alias(NamedTuple):
    """A module under a name of the program's own."""

    bound: str
    module: str


def rebound(passages: Sequence[Passage], here: World) -> dict[int | None, str]:
    """The new text of each passage whose imports are better edited than the uses further down."""
    bindings = Bindings()
    facts = {passage.cell: read(passage.text, bindings) for passage in passages}
    imports: dict[Alias, list[tuple[int | None, Reference]]] = {}
    for cell, each in facts.items():
        for reference in each.references:
            if reference.kind in ("import", "from") and reference.bound and not reference.guarded:
                imports.setdefault(Alias(reference.bound, reference.name), []).append((cell, reference))
    edits: dict[int | None, list[Edit]] = {}
    for alias, places in imports.items():
        home = _home(alias, list(facts.values()), here)
        for cell, reference in places if home else ():
            edits.setdefault(cell, []).extend(_edits(facts[cell], reference, home, edits.get(cell, ())))
    return {cell: apply_edits(facts[cell].text, found) for cell, found in edits.items() if found}


def _home(alias: Alias, facts: Sequence[CellFacts], here: World) -> str:
    """The module that serves the uses of an alias better than its own; "" where none does."""
    uses = dict(_uses(alias, facts, here))
    missing = {name for name, is_missing in uses.items() if is_missing}
    if alias.module == "tensorflow" and GRAPH_NAMES & missing:
        return GRAPHS if _serves(GRAPHS, uses, here) and not _asks_for_keras(facts) else ""
    homes: Counter[str] = Counter()
    for name in missing:
        first = next(find(f"{alias.module}.{name}", here), None)
        if first is not None and first.name.endswith(f".{alias.module}.{name}"):
            homes[first.name[: -len(name) - 1]] += 1
    home = homes.most_common(1)[0][0] if homes else ""
    return home if home and _serves(home, uses, here) else ""


def _uses(alias: Alias, facts: Sequence[CellFacts], here: World) -> Iterator[tuple[str, bool]]:
    """What is asked of an alias, and whether it is missing."""
    for each in facts:
        for reference in each.references:
            below = reference.name.startswith(f"{alias.module}.") and reference.written.startswith(f"{alias.bound}.")
            if reference.kind == "attribute" and below:
                yield reference.name[len(alias.module) + 1 :], isinstance(ask(reference, each, here), Missing)


def _serves(home: str, uses: Mapping[str, bool], here: World) -> bool:
    """Whether a module has all that the old one has, and some of what that is missing."""
    has = {name for name in uses if lookup(f"{home}.{name}", here) is not None}
    return has > {name for name, is_missing in uses.items() if not is_missing}


def _asks_for_keras(facts: Sequence[CellFacts]) -> bool:
    """Keras 3 builds no graphs."""
    return any("keras" in reference.name.split(".")[:3] for each in facts for reference in each.references)


def _edits(facts: CellFacts, reference: Reference, home: str, taken: Sequence[Edit]) -> Sequence[Edit]:
    statement = rewrite.import_statement(facts.cell, reference)
    if statement is None:
        return ()
    if home == GRAPHS:
        if len(statement.names) > 1 or facts.cell.range(statement) in [edit.range for edit in taken]:
            return ()
        indent = " " * statement.col_offset
        text = f"import {home} as {reference.bound}\n{indent}{reference.bound}.disable_v2_behavior()"
        return [Edit(facts.cell.range(statement), text)]
    edits, _ = rewrite.import_edits(facts.cell, statement, ((reference, Candidate(home, "module", MOVED)),))
    return [] if any(edit.range == other.range for edit in edits for other in taken) else edits

"""A program of ``tensorflow.python.keras``, which was tf.keras once and is an old copy of it today.

Where the copy lacks something that the program imports, that must come from the real one, and then all must: objects of
the two do not work together.
"""

from __future__ import annotations

import ast
from typing import Iterator, Sequence

from ..catalog.target import Missing
from ..diagnosis.engine import CellFacts, read
from ..diagnosis.resolve.missing import ask
from ..diagnosis.resolve.world import World
from ..source.bindings import Bindings
from ..source.edits import Edit, apply_edits
from .document import Passage

_COPY, _REAL = "tensorflow.python.keras", "tensorflow.keras"


def without_old_copy(passages: Sequence[Passage], here: World) -> dict[int | None, str]:
    """The new text of each passage that imports from the copy, where it does not have all that is asked of it."""
    bindings = Bindings()
    facts = {passage.cell: read(passage.text, bindings) for passage in passages}
    if not any(_lacks(each, here) for each in facts.values()):
        return {}
    edits = {cell: list(_edits(each)) for cell, each in facts.items()}
    return {cell: apply_edits(facts[cell].text, found) for cell, found in edits.items() if found}


def _lacks(facts: CellFacts, here: World) -> bool:
    asked = (each for each in facts.references if f"{each.name}.".startswith(f"{_COPY}.") and not each.guarded)
    return any(isinstance(ask(each, facts, here), Missing) for each in asked)


def _edits(facts: CellFacts) -> Iterator[Edit]:
    for node in facts.cell.placed:
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        where = facts.cell.range(node)
        text = facts.cell.segment(where)
        names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module == "tensorflow.python" and names == ["keras"]:
            yield Edit(where, text.replace("tensorflow.python", "tensorflow", 1))
        elif f"{node.module if isinstance(node, ast.ImportFrom) else names[0]}.".startswith(f"{_COPY}."):
            yield Edit(where, text.replace(_COPY, _REAL, 1))

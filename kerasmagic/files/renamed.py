"""A file that must get another name gets it in all cells of a program at once, where it is saved and where it is read.

``model.save_weights("w.h5")`` in one cell and ``model.load_weights("w.h5")`` in another are one edit. Where nothing of
the program reads the file, its name is left to a person, since something else may know it.
"""

from __future__ import annotations

from typing import Sequence

from ..diagnosis.engine import read
from ..diagnosis.resolve.world import World
from ..rules.arguments.endings import wrong_endings
from ..rules.arguments.file_groups import file_group
from ..source.bindings import Bindings
from ..source.edits import Edit, OverlappingEdits, apply_edits
from .document import Passage


def renamed(passages: Sequence[Passage], here: World) -> dict[int | None, str]:
    """The new text of each passage that names such a file."""
    bindings = Bindings()
    facts = [read(passage.text, bindings) for passage in passages]
    cells = [each.cell for each in facts]
    edits: list[set[Edit]] = [set() for _ in passages]
    for each in facts:
        for wrong in wrong_endings(each, here) if each.cell.tree is not None else ():
            group = file_group(wrong, each.cell, cells) if not wrong.reference.guarded else None
            for gathered, new in zip(edits, group.edits if group and group.is_read else ()):
                gathered.update(new)
    try:
        return {
            passage.cell: apply_edits(passage.text, gathered) for passage, gathered in zip(passages, edits) if gathered
        }
    except OverlappingEdits:  # one name for files of two kinds
        return {}

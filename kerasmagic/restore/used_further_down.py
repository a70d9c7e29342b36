"""Imports that fail, and are mended with what uses them in later cells: of ``Merge``, each call tells what it is."""

from __future__ import annotations

from ..diagnosis.engine import read
from ..diagnosis.model.problem import CHECK
from ..diagnosis.resolve.world import World
from ..files.pieces import judge_passage
from ..files.together import imported_in_vain, joined, parted, uses
from ..source.bindings import Bindings
from .choose import marked
from .model import Change, Texts


def fix_imports_with_their_uses(texts: Texts, here: World) -> list[Change]:
    """Make such edits, whose result must be checked; ``texts`` is brought up to date."""
    bindings = Bindings()
    changes: list[Change] = []
    order = list(texts)
    for index, cell in enumerate(order):
        names = imported_in_vain(texts[cell], here, bindings)
        cells = [cell, *(other for other in order[index + 1 :] if uses(texts[other], names))]
        whole = joined([texts[each] for each in cells]) if len(cells) > 1 else None
        if whole is not None:
            changes += _fixed(whole, cells, names, texts, here, bindings)
        read(texts[cell], bindings)
    return changes


def _fixed(
    whole: str, cells: list[int | None], names: set[str], texts: Texts, here: World, bindings: Bindings
) -> list[Change]:
    for problem in judge_passage(read(whole, bindings.copy()), here):
        best = problem.fixes[0] if problem.fixes and problem.reference.rpartition(".")[2] in names else None
        if best is None or best.applicability != CHECK or not best.source:
            continue
        parts = parted(best.source, len(cells))
        if parts is None or parts[1:] == [texts[each] for each in cells[1:]]:
            continue
        for each, part in zip(cells, parts):
            texts[each] = texts[each] if texts[each] == part else marked(texts[each], part, best.differs)
        return [Change(cells[0], problem.rule, problem.title, best.title, CHECK, best.differs)]
    return []

"""What is wrong in a document: it is read once for all worlds, and its cells as one program."""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

from ..diagnosis.engine import CellFacts, read
from ..diagnosis.model.problem import Problem
from ..diagnosis.resolve.world import World
from ..source.bindings import Bindings
from ..source.values import Value
from .document import Document, Passage
from .pieces import judge_passage
from .trouble import unchecked

Findings = List[Tuple[Optional[int], Problem]]
"""A cell's number (None in a script) and a problem."""


def check_document(document: Document, worlds: Sequence[World], most: int | None = None) -> list[Findings]:
    """What is wrong in each world, in the order of the file.

    Arguments:
        most: from so many problems of the file on, no more fixes are sought; None: always.
    """
    findings: list[Findings] = [[] for _ in worlds]
    waiting: list[tuple[Passage, CellFacts, Sequence[tuple[str, dict[str, Value]]]]] = []
    bindings = Bindings(program=tuple(passage.text for passage in document.passages))
    for passage in document.passages:
        before = len(bindings.bodies)
        facts = read(passage.text, bindings)
        if facts.cell.error:
            skipped = unchecked(f"This code was not checked, because it can't be read as Python. {facts.cell.error}")
            for found in findings:
                found.append((passage.cell, skipped))
            continue
        for each, found in zip(worlds, findings):
            left = None if most is None else max(0, most - len(found))
            found.extend((passage.cell, problem) for problem in judge_passage(facts, each, left))
        if len(bindings.bodies) > before:
            waiting.append((passage, facts, bindings.bodies[before:]))
    for passage, facts, bodies in waiting:
        if any(given != bindings.arguments.get(name, {}) for name, given in bodies):  # cells further down call it
            again = read(passage.text, facts.before)
            for each, found in zip(worlds, findings):
                found[:] = [finding for finding in found if finding[0] != passage.cell]
                left = None if most is None else max(0, most - len(found))
                found.extend((passage.cell, problem) for problem in judge_passage(again, each, left))
    for found in findings:
        found.extend((cell, unchecked(sentence)) for cell, sentence in document.remarks)
        found.sort(key=lambda finding: finding[0] or 0)
    return findings

"""The program as it will be run: read from its file, and edited as ``check --fix`` edits it."""

from __future__ import annotations

from ..diagnosis.model.problem import INFO, Problem
from ..diagnosis.resolve.world import World
from ..files.check import check_document
from ..files.document import Document, read_document
from ..files.fix import fixed_passages
from .installs import hold
from .model import VERIFIED, Change, Plan


def make_plan(path: str, document: Document, here: World | None) -> Plan:
    """What will be run.

    Arguments:
        path: where the program is from.
        document: the program.
        here: the world of the kernel that will run it; None where it has no TensorFlow and no Keras.
    """
    texts = {passage.cell: passage.text for passage in document.passages}
    held = {cell: hold(text) for cell, text in texts.items()}
    lines = {cell: tuple(line.strip() for line in each.lines.values()) for cell, each in held.items() if each.lines}
    if here is None:
        return Plan(path, document, texts, (), lines)
    # The program's own installs are not run, so they are not what it will find.
    program = _with(document, {cell: each.text for cell, each in held.items()}, path)
    changed = fixed_passages(program, here)
    if not changed:
        return Plan(path, document, texts, (), lines)
    [before] = check_document(program, [here])
    [after] = check_document(_with(program, changed, path), [here], most=0)
    texts.update({cell: held[cell].release(text) for cell, text in changed.items()})
    return Plan(path, document, texts, tuple(_changes(before, after)), lines)


def _with(document: Document, texts: dict[int | None, str], path: str) -> Document:
    return read_document(document.with_passages(texts).encode(document.encoding), path)


def _changes(before: list[tuple[int | None, Problem]], after: list[tuple[int | None, Problem]]) -> list[Change]:
    """What edits have solved: the problems that are no longer there."""
    left = {(cell, problem.rule, problem.reference) for cell, problem in after}
    changes: dict[tuple[int | None, str], Change] = {}
    for cell, problem in before:
        solved = problem.severity != INFO and (cell, problem.rule, problem.reference) not in left
        fix = next((fix for fix in problem.fixes if fix.kind == "edit" and fix.verified), None)
        if solved and fix:  # one edit may solve several problems
            change = Change(cell, problem.rule, problem.title, fix.title, VERIFIED, fix.evidence)
            changes.setdefault((cell, fix.title), change)
    return list(changes.values())

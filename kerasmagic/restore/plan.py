"""The program as it will be run: read from its file, and edited as ``check --fix`` edits it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Iterator

from ..diagnosis.engine import read
from ..diagnosis.model.problem import CHECK, INFO, VERIFIED, WARNING, Fix, Problem
from ..diagnosis.resolve.world import World
from ..files.document import Document, read_document
from ..files.findings import check_document
from ..files.fix import fixed_passages
from ..files.pieces import judge_passage
from ..source.bindings import Bindings
from .choose import marked
from .defaults import carry
from .installs import hold
from .keras_2 import on_keras_2_by_setting
from .model import Change, Plan
from .unused import leave_out_unused
from .used_further_down import fix_imports_with_their_uses
from .whole import on_keras_2
from .written_for import WrittenFor, written_for


def make_plan(path: str, document: Document, here: World | None, unsafe: bool = False) -> Plan:
    """What will be run.

    Arguments:
        path: where the program is from.
        document: the program.
        here: the world of the kernel that will run it; None where it has no TensorFlow and no Keras.
        unsafe: also make edits whose result must be checked, where the program would run, but not as it is meant.
    """
    texts = {passage.cell: passage.text for passage in document.passages}
    held = {cell: hold(text) for cell, text in texts.items()}
    lines = {cell: tuple(line.strip() for line in each.lines.values()) for cell, each in held.items() if each.lines}
    if here is None:
        return Plan(path, document, texts, (), lines)
    # The program's own installs are not run, so they are not what it will find.
    program = _with(document, {cell: each.text for cell, each in held.items()}, path)
    changes: list[Change] = []
    keras_2 = on_keras_2_by_setting(program, here) if unsafe else None
    if keras_2 is not None:
        program, here = _with(document, keras_2.texts, path), keras_2.here
        changes.append(keras_2.change)
    changed = fixed_passages(program, here)
    if changed:
        [before] = check_document(program, [here])
        [after] = check_document(_with(program, changed, path), [here], most=0)
        changes += _changes(before, after)
    fixed = {passage.cell: changed.get(passage.cell, passage.text) for passage in program.passages}
    source = WrittenFor((here.before,)) if here.before is not None else written_for(program.passages)
    known = partial(carry, program.passages, source, here, unsafe)
    changes += known(fixed)
    if unsafe:
        changes += fix_imports_with_their_uses(fixed, here)
        changes += _fix_unsafely(fixed, here)
        changes += leave_out_unused(fixed, here)
    texts = {cell: held[cell].release(text) for cell, text in fixed.items()}
    plan = Plan(path, document, texts, tuple(changes), lines, known)
    if unsafe and len(texts) > 1:
        return replace(plan, whole=partial(on_keras_2, program.passages, texts, here))
    return plan


def _fix_unsafely(texts: dict[int | None, str], here: World) -> list[Change]:
    """Make the edits whose result must be checked, of what raises nothing: of the rest, the run will tell."""
    bindings = Bindings(program=tuple(texts.values()))
    changes: list[Change] = []
    for cell in texts:
        seen: set[str] = set()
        while texts[cell] not in seen:
            seen.add(texts[cell])
            for problem, fix in _silent(judge_passage(read(texts[cell], bindings.copy()), here)):
                new = marked(texts[cell], fix.source or "", fix.differs or fix.title)
                if new not in seen:
                    texts[cell] = new
                    changes.append(Change(cell, problem.rule, problem.title, fix.title, CHECK, fix.differs))
                    break
        read(texts[cell], bindings)
    return changes


def _silent(problems: list[Problem]) -> Iterator[tuple[Problem, Fix]]:
    for problem in problems:
        best = problem.fixes[0] if problem.severity == WARNING and problem.fixes else None
        if best and best.kind == "edit" and best.source and best.applicability == CHECK:
            yield problem, best


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

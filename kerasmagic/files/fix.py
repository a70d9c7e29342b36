"""Applying verified edits to a file until none is left, and saying what changed.

An edit that the engine has verified is right for its cell. A notebook needs more: a name that an edited cell no longer
binds may be used further down. Then the cells that use it are edited together with it, as one piece of code; where
that doesn't work, the edit is left to a person.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path, PurePath
from typing import Any, Iterable, Mapping, Sequence

from ..diagnosis.engine import check_cell, read
from ..diagnosis.model.problem import ERROR, INFO, Problem
from ..diagnosis.resolve.world import World
from ..source.bindings import Bindings
from ..source.cell import read_cell
from ..source.references import find_references
from ..source.values import Value
from .check import load, own_targets, unreadable_report
from .document import Document, Passage, Unreadable, read_document, write_document
from .findings import check_document
from .old_copy import without_old_copy
from .pieces import judge_passage
from .rebind import rebound
from .renamed import renamed
from .report import target_report
from .targets import world_of
from .together import imported_in_vain, joined, parted, uses

ROUNDS = 50
"""How often a cell is edited and checked again; each round applies every edit that touches lines of its own."""


def fix_file(path: str, name: str, write: bool, origin: str = "") -> dict[str, Any]:
    """Edit a file for a target; the report is on what is left then, with ``diff`` and the number of ``fixed`` problems.

    Arguments:
        path: the file.
        name: of the target.
        write: put the result in the file's place; else only say what it would be.
        origin: the name of the target that the code was written for, where that was said.
    """
    try:
        document = load(path)
    except Unreadable as error:
        return unreadable_report(path, (name,), str(error))
    [(chosen, notes)] = own_targets(document, [name])
    here = world_of(chosen, origin)
    [before] = check_document(document, [here])
    changed = fixed_passages(document, here) if _serious(before) else {}
    edited, after = document, before
    if changed:
        text = document.with_passages(changed)
        edited = read_document(text.encode(document.encoding), path)
        [after] = check_document(edited, [here])
        if _weight(after) >= _weight(before):
            edited, after, changed = document, before, {}
    if changed and write:
        write_document(Path(path), edited.text, edited.encoding)
    return {
        "file": path,
        "diff": unified_diff(path, document, changed),
        "fixed": len(_serious(before)) - len(_serious(after)),
        "targets": [target_report(path, edited, chosen, [*notes, *after])],
    }


def fixed_passages(document: Document, here: World) -> dict[int | None, str]:
    """The new text of each passage that verified edits change."""
    texts = {passage.cell: passage.text for passage in document.passages}
    for edited in (without_old_copy, renamed, rebound):
        texts.update(edited([Passage(cell, text) for cell, text in texts.items()], here))
    bindings = Bindings(arguments=_arguments(texts.values()), program=tuple(texts.values()))
    order = [passage.cell for passage in document.passages]
    for index, cell in enumerate(order):
        later = order[index + 1 :]
        new = fixed_text(texts[cell], here, bindings)
        lost = _lost_names(texts[cell], new, here, bindings)
        users = [other for other in later if uses(texts[other], lost)]
        texts[cell] = texts[cell] if users else new
        # An import that no edit mends alone may be mended with what uses it: of merge, each call tells what it is.
        vain = imported_in_vain(texts[cell], here, bindings)
        users = users or [other for other in later if uses(texts[other], vain)]
        if users:
            texts.update(_fixed_together([(each, texts[each]) for each in (cell, *users)], here, bindings))
        check_cell(texts[cell], here, bindings, fixes=False)
    return {passage.cell: texts[passage.cell] for passage in document.passages if texts[passage.cell] != passage.text}


def _arguments(texts: Iterable[str]) -> dict[str, dict[str, Value]]:
    """What the functions of a program are called with, wherever that is."""
    bindings = Bindings()
    for text in texts:
        find_references(read_cell(text), bindings)
    return bindings.arguments


def fixed_text(text: str, here: World, bindings: Bindings) -> str:
    """A cell with all verified edits applied; ``bindings`` are those before the cell, and stay."""
    for _ in range(ROUNDS):
        problems = judge_passage(read(text, bindings.copy()), here)
        edits = [edit for edit in map(_edits, problems) if edit is not None and edit != text]
        if not edits:
            break
        merged = _merged(text, edits)
        if merged != edits[0]:
            left = check_cell(merged, here, bindings.copy(), fixes=False)
            merged = merged if _weight_of(left) < _weight_of(problems) else edits[0]
        text = merged
    return text


def _edits(problem: Problem) -> str | None:
    """The whole corrected cell, where the engine has verified one."""
    if problem.severity == INFO:
        return None
    return next((fix.source for fix in problem.fixes if fix.kind == "edit" and fix.verified and fix.source), None)


def _merged(text: str, edits: Iterable[str]) -> str:
    """All of the edits that touch lines that no other touches."""
    lines = text.splitlines(keepends=True)
    chosen: list[tuple[int, int, list[str]]] = []
    for edit in edits:
        new = edit.splitlines(keepends=True)
        opcodes = difflib.SequenceMatcher(None, lines, new, autojunk=False).get_opcodes()
        changes = [(i1, i2, new[j1:j2]) for tag, i1, i2, j1, j2 in opcodes if tag != "equal"]
        if not any(_touch(one, other) for one in changes for other in chosen):
            chosen += changes
    for start, end, replacement in sorted(chosen, key=lambda change: change[0], reverse=True):
        lines[start:end] = replacement
    return "".join(lines)


def _touch(one: tuple[int, int, list[str]], other: tuple[int, int, list[str]]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _lost_names(old: str, new: str, here: World, bindings: Bindings) -> set[str]:
    if old == new:
        return set()
    return _bound(old, here, bindings) - _bound(new, here, bindings)


def _bound(text: str, here: World, bindings: Bindings) -> set[str]:
    after = bindings.copy()
    check_cell(text, here, after, fixes=False)
    return set(after.names) - set(bindings.names)


def _fixed_together(
    passages: Sequence[tuple[int | None, str]], here: World, bindings: Bindings
) -> Mapping[int | None, str]:
    """Cells edited as one piece of code; nothing where they can't be."""
    whole = joined([text for _, text in passages])
    if whole is None:
        return {}
    fixed = fixed_text(whole, here, bindings)
    parts = parted(fixed, len(passages))
    if parts is None or _lost_names(whole, fixed, here, bindings) & _words(parts):
        return {}
    return {cell: part for (cell, _), part in zip(passages, parts)}


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"\w+", text)}


def _serious(findings: Iterable[tuple[int | None, Problem]]) -> list[Problem]:
    return [problem for _, problem in findings if problem.severity != INFO]


def _weight(findings: Iterable[tuple[int | None, Problem]]) -> tuple[int, int]:
    return _weight_of(_serious(findings))


def _weight_of(problems: Iterable[Problem]) -> tuple[int, int]:
    """Errors first, then warnings: less is better."""
    severities = [problem.severity for problem in problems if problem.severity != INFO]
    errors = severities.count(ERROR)
    return errors, len(severities) - errors


def unified_diff(path: str, document: Document, changed: Mapping[int | None, str]) -> str:
    """What changes, as people read it: the code of each cell, not its JSON text."""
    return "".join(
        _passage_diff(path, passage, changed[passage.cell]) for passage in document.passages if passage.cell in changed
    )


def _passage_diff(path: str, passage: Passage, new: str) -> str:
    label = _relative(path) if passage.cell is None else f"{_relative(path)}:cell {passage.cell}"
    old_lines, new_lines = passage.text.splitlines(keepends=True), new.splitlines(keepends=True)
    lines = difflib.unified_diff(old_lines, new_lines, f"a/{label}", f"b/{label}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _relative(path: str) -> str:
    """A path to stand behind ``a/`` and ``b/``, as version control writes it."""
    pure = PurePath(path)
    return (pure.relative_to(pure.anchor) if pure.is_absolute() else pure).as_posix().replace("\n", "\\n")

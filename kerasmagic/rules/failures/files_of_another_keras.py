"""The lines of a user's own file that take another Keras than the cell does: no edit of a cell reaches them."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from types import FunctionType
from typing import Any, Iterator

from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts, read
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.move import split_tree
from ...diagnosis.model.problem import Fix
from ...diagnosis.repair import rewrite
from ...diagnosis.repair.taken_from_one import same_in
from ...diagnosis.resolve.world import World

_MOST_BYTES = 1_000_000
_NO_FILES = ("keras", "tensorflow", "tf_keras", "__main__", "kerasmagic")
_INSTALLED = re.compile(r"(site|dist)-packages")
_LIBRARY = str(Path(os.__file__).parent)
_FEW = 3
"""More lines are a program of that other Keras, and no slip."""


def in_a_file(part: Any, theirs: str, public: str, failure: Failure, world: World) -> Fix | None:
    """What to write into the file that the class of a part is in, or that made it; None where that is not known.

    Arguments:
        part: a layer or a model of another Keras.
        theirs: that Keras.
        public: the tree that has the same.
    """
    for path in dict.fromkeys([*_files_of_classes(part), *_files_of_the_session(failure)]):
        lines = _lines(path, theirs, public, world)
        if lines and len(lines) <= _FEW:
            written = "; ".join(f"line {number}: `{text}`" for number, text in lines)
            return Fix("manual", f"In {path.name}, write in {written}. Restart the kernel, and run the cells again.")
    return None


def _files_of_classes(part: Any) -> Iterator[Path]:
    """The files that an object's classes are in, its base first: that one says of which Keras it is."""
    for base in reversed(session.bases(part)):
        yield from _file_of(session.module_of(base))


def _files_of_the_session(failure: Failure) -> Iterator[Path]:
    """The files that the functions, classes and modules of the session come from."""
    for _, thing in session.variables(failure.namespace):
        if isinstance(thing, type):
            yield from _file_of(session.module_of(thing))
        else:
            yield from _file_of(str(thing.__module__) if type(thing) is FunctionType else session.module_name(thing))


def _file_of(module: str) -> Iterator[Path]:
    """The file of a module, where it is none of an installed package or of Python."""
    loaded = sys.modules.get(module) if module.partition(".")[0] not in _NO_FILES else None
    path = session.held(loaded).get("__file__") if loaded is not None else None
    if type(path) is str and path.endswith(".py") and not _INSTALLED.search(path) and not path.startswith(_LIBRARY):
        yield Path(path)


def _lines(path: Path, theirs: str, public: str, world: World) -> list[tuple[int, str]]:
    """The imports from the other Keras, by their lines, as they should be."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return []
        facts = read(path.read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError):
        return []
    return list(_imports(facts, theirs, public, world)) if facts.cell.tree is not None else []


def _imports(facts: CellFacts, theirs: str, public: str, world: World) -> Iterator[tuple[int, str]]:
    """Not those of the backend: its functions are for each Keras's own tensors and for arrays alike, and not all of
    them are in another one."""
    asked = [each for each in facts.references if each.kind in ("import", "from") and _below(each.name, theirs)]
    for statement in dict.fromkeys(rewrite.import_statement(facts.cell, each) for each in asked):
        if statement is None:
            continue
        beside = rewrite.references_of(facts.cell, statement, facts.references)
        found = [(each, same_in(public, each, world)) for each in beside if each in asked]
        pairs = tuple((each, candidate) for each, candidate in found if candidate is not None)
        _, text = rewrite.import_edits(facts.cell, statement, pairs) if pairs else ([], "")
        if text and len(pairs) == len(beside):
            yield statement.lineno, text


def _below(name: str, theirs: str) -> str:
    """What a name of that Keras is below its root, if it is no function of the backend."""
    split = split_tree(name)
    ours = split is not None and split[0] in (theirs, f"{theirs}.src")
    return split[1] if split is not None and ours and split[1].partition(".")[0] != "backend" else ""

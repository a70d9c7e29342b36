"""What is left for a person to do about a missing name, where no edit is certain."""

from __future__ import annotations

import ast
import re
import sys
from itertools import takewhile
from typing import Sequence

from ...catalog import history
from ...catalog.store import version_key
from ...catalog.target import Found, Missing
from ...kernel.measured import WHEELS
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.move import Moved
from ..model.problem import Fix
from ..resolve.cause import in_words
from ..resolve.kernel import KernelWorld
from ..resolve.missing import releases
from ..resolve.misspelled import intended
from ..resolve.moved import advice
from ..resolve.world import World, minor
from . import rewrite
from .install import installs, keras_2
from .search import MOVED, Candidate, class_with_method

_MAGIC = re.compile(r"\.__\w+__$")
_FEW = 12


def meant_by(reference: Reference, world: World) -> str:
    """The name that a reference asks for; of ``from module import *`` the module. Without slips of the finger."""
    return intended(reference.module if reference.member == "*" else reference.name, world)


def advised(reference: Reference, facts: CellFacts, world: World, replaced: bool = False) -> list[Fix]:
    """What to install, and what the rules say: of a name that an edit replaces, only what is said of this very name."""
    name = meant_by(reference, world)
    found: list[Fix] = list(installs(name, world, lambda moved: _after_install(moved, reference, facts)))
    told = [] if _came_later(name, world) else advice(name, world)
    built_on = _is_base(reference, facts)
    for moved in told:
        # What is said of the packages above is less to the point.
        if moved.move.advice and moved.rest == ("" if replaced else told[0].rest):
            found.append(Fix("manual", (moved.move.as_base if built_on else "") or moved.move.advice))
    first = {fix.title: fix for fix in reversed(found)}
    return [fix for fix in found if first[fix.title] is fix][:2]


def _after_install(moved: Moved, reference: Reference, facts: CellFacts) -> str:
    """What to write when what an install brings is there, in a sentence."""
    if moved.move.then or not moved.move.new:
        return moved.move.then
    name = next(moved.targets("keras"))
    imported = next((each for each in facts.references if _brings(each, reference)), None)
    statement = rewrite.import_statement(facts.cell, imported) if imported is not None else None
    if imported is None or statement is None:
        brought, last = _spelled(Candidate(name, "", MOVED), reference)
        return f"Then `{brought}`, and write {last} for {reference.written}."
    rest = reference.name[len(imported.name) :]
    if not name.endswith(rest):
        return ""
    new = Candidate(name[: len(name) - len(rest)], "module", MOVED, importable=True)
    _, line = rewrite.import_edits(facts.cell, statement, ((imported, new),), used=True)
    return f"Then write `{line.splitlines()[0]}`." if line else ""


def _brings(imported: Reference, asked: Reference) -> bool:
    """Whether an import brings what is asked for: itself, or the module that an expression goes through."""
    if imported.kind not in ("import", "from") or imported.name.partition(".")[2] == "":
        return False
    through = asked.written.partition(".")[0] == imported.bound and asked.name.startswith(f"{imported.name}.")
    return imported == asked or (asked.kind == "attribute" and through)


def _is_base(reference: Reference, facts: CellFacts) -> bool:
    """Whether a class of the cell is built on what a reference asks for."""
    called = reference.bound if reference.kind in ("import", "from") else reference.written
    classes = [node for node in facts.cell.placed if isinstance(node, ast.ClassDef)]
    return any(facts.cell.segment(facts.cell.range(base)) == called for node in classes for base in node.bases)


def _came_later(name: str, world: World) -> bool:
    """Whether TensorFlow 1 does not have a name yet: what the rules say of it is the way from there to today."""
    here = version_key(world.version("tensorflow") or "2")
    spans = history.spans(name) if here < (2,) else ()
    return bool(spans) and all(span.product == "tensorflow" and version_key(span.first) > here for span in spans)


def written_out(reference: Reference, found: Candidate) -> Fix:
    """The name to write where the place of the old one is not known to the column, as in an f-string."""
    brought, last = _spelled(found, reference)
    return Fix("manual", f"Write {last} for {reference.written}, after {brought}.")


def _spelled(found: Candidate, reference: Reference) -> tuple[str, str]:
    """The import of a name, and how to write it then."""
    parent, _, last = found.name.rpartition(".")
    if parent and "." not in parent and found.name != reference.written:
        return f"import {parent}", found.name
    return (f"from {parent} import {last}" if parent else f"import {last}"), last


def nothing(reference: Reference, world: World) -> Fix:
    """That a name is gone, and nothing is known to take its place."""
    name = meant_by(reference, world)
    here = releases(name, world)
    if reference.kind == "import" and isinstance(world.attribute(name), Found):
        parent, _, last = name.rpartition(".")
        return Fix("manual", f"Import it by itself: from {parent} import {last}.")
    root = name.partition(".")[0]
    if root not in ("tensorflow", "keras", "tf_keras", "tf") and isinstance(world.import_module(root), Missing):
        return Fix(
            "manual",
            f"{root} is a separate package and is not installed here. Look up what brings it before you install: "
            "its name on PyPI may be different.",
        )
    kept = keras_2(name, world)
    if kept is not None:
        return kept
    spans = history.spans(name)
    if spans and not _MAGIC.search(name):
        # The record holds few of the private names: one of them may be what is meant.
        nothing = f"no public name of {here}" if name.startswith("tensorflow.python.") else f"nothing in {here}"
        return Fix(
            "manual", f"{name} is in {in_words(spans[:2])}, and {nothing} replaces it: {_or_there(spans, world)}."
        )
    return Fix("manual", _unknown(name, here, world))


def _or_there(spans: Sequence[history.Span], world: World) -> str:
    """What to do: a release that has it is a way only where this Python has a TensorFlow of its time."""
    if any(_is_for_this_python(span, world) for span in spans):
        return "use one of those releases, or rewrite this part"
    return "rewrite this part"


def _is_for_this_python(span: history.Span, world: World) -> bool:
    first, last = minor(span.first) or (0, 0), minor(span.last) or (0, 0)
    if span.product == "keras" and last < (2, 6):  # it was no part of a TensorFlow 2
        return False
    wheels = WHEELS.get(sys.version_info[:2]) if isinstance(world, KernelWorld) else None
    if wheels is None or span.current or last >= (3,):
        return True
    oldest, newest = (minor(each) or (0, 0) for each in wheels)
    return first <= newest and last >= oldest


def _unknown(name: str, here: str, world: World) -> str:
    """What to do about a name that no release has: where its module has little, all of it is told."""
    parent, _, last = name.rpartition(".")
    beside = world.names(parent) if parent else ()
    owner = class_with_method(name, world)
    if owner:
        return f"{last} is a method of {owner}. Call it on an object: {owner.rpartition('.')[2].lower()}.{last}(…)."
    if 0 < len(beside) <= _FEW:
        return f"{parent} has {', '.join(beside)} in {here}, and no {last}."
    alike = [each for each in beside if _begins_alike(each, last)]
    if alike and not history.spans(name):
        more = f" and {len(alike) - _FEW} more" if len(alike) > _FEW else ""
        return f"Choose another name: {parent} has {', '.join(alike[:_FEW])}{more}."
    if history.spans(name):
        return f"Nothing in {here} replaces {name}: rewrite this part, or use a release that has it."
    return f"Look where {last} comes from: it may be of another package, or misspelled."


def _begins_alike(one: str, other: str) -> bool:
    """Whether most of two names is the same word: EfficientNetB0 and EfficientNetL2."""
    pairs = zip(one.lower(), other.lower())
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return same >= 4 and 3 * same >= 2 * len(other) and one[:1].isupper() == other[:1].isupper()

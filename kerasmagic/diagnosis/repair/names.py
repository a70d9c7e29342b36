"""From a missing name to the edits, installs and advice that get the user out, best first."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import Iterator

from ...catalog import history
from ...catalog.target import Missing
from ...source.edits import Edit, apply_edits
from ...source.position import Range
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.problem import Fix, Problem
from ..resolve.arguments import refused_in, settle
from ..resolve.cause import in_words
from ..resolve.missing import missing_in, releases
from ..resolve.world import World
from . import rewrite, verify
from .install import installs, keras_2
from .search import TREE, Candidate, advice, find

_ALTERNATIVES = 3
_V1_OPTIMIZER = re.compile(r"tensorflow\.compat\.v1\.train\.\w+Optimizer$")
# These are there, and raise or lead nowhere while TensorFlow 2 executes at once.
_GRAPH_ONLY = frozenset(
    f"tensorflow.compat.v1.{name}"
    for name in (
        "placeholder",
        "sparse_placeholder",
        "placeholder_with_default",
        "Session",
        "InteractiveSession",
        "summary.FileWriter",
    )
)


_MAGIC = re.compile(r"\.__\w+__$")


@dataclass(frozen=True)
class Repair:
    """The edits of one statement or expression, and what it does."""

    edits: list[Edit]
    replacement: str
    """The text to show: the new statement or expression."""
    found: rewrite.Pairs


def fixes(problem: Problem, facts: CellFacts, world: World, whole: bool = False) -> tuple[Fix, ...]:
    """Ways out of a missing name.

    Arguments:
        whole: correct all else in the cell that is certain, too: the cell failed, and is to run.
    """
    reference = facts.reference_at(problem.range, problem.reference)
    if reference is None:
        return ()
    if reference.kind in ("import", "from"):
        edits = _import_fixes(reference, facts, world, whole)
        lost = next((fix for fix in edits if fix.verified is False), None)
        if lost is not None:
            return (*_lost_advice(reference, facts, world), lost)
    else:
        edits = _expression_fixes(reference, facts, world, whole)
    found = [*edits, *_advised(reference, world, replaced=any(fix.verified for fix in edits))]
    certain = [fix for fix in found if fix.verified]
    rest = [fix for fix in found if not fix.verified]
    return tuple(certain + rest) or (_nothing(reference, world),)


def _import_fixes(reference: Reference, facts: CellFacts, world: World, whole: bool) -> list[Fix]:
    statement = rewrite.import_statement(facts.cell, reference)
    if statement is None:
        return []
    beside = rewrite.references_of(facts.cell, statement, facts.references)
    missing = [other for other, _ in missing_in(facts, world) if other in beside]
    firsts = {other: _first(other, world) for other in missing}
    lost = [other for other in missing if other is not reference and firsts[other] is None]
    found: list[Fix] = []
    for candidate in _candidates(reference, world):
        chosen = [(other, candidate if other is reference else firsts[other]) for other in missing if other not in lost]
        pairs = tuple((other, choice) for other, choice in chosen if choice is not None)
        repair = _import_repair(statement, pairs, facts)
        if repair is None:
            continue
        if lost:
            found.append(_partial(repair, lost, facts))
            break
        fix = _edit_fix(reference, candidate, repair, facts, world, whole)
        if fix is not None and fix.source not in [other.source for other in found]:
            found.append(fix)
        if fix is not None and fix.verified:
            break
    return found


def _import_repair(statement: rewrite.Import, pairs: rewrite.Pairs, facts: CellFacts) -> Repair | None:
    edits, text = rewrite.import_edits(facts.cell, statement, pairs)
    return Repair(edits, text, pairs) if edits else None


def _expression_fixes(reference: Reference, facts: CellFacts, world: World, whole: bool) -> list[Fix]:
    found: list[Fix] = []
    for candidate in _candidates(reference, world):
        repair = _expression_repair(reference, candidate, facts, world)
        fix = _edit_fix(reference, candidate, repair, facts, world, whole) if repair else None
        if fix is not None:
            found.append(fix)
            if fix.verified:
                break
    return found


def _expression_repair(reference: Reference, candidate: Candidate, facts: CellFacts, world: World) -> Repair | None:
    if candidate.name.startswith("tensorflow.keras.") and not reference.name.startswith("tensorflow."):
        edits, text = rewrite.rebind_edits(facts.cell, reference, candidate.name, facts.references, facts.after)
        source = apply_edits(facts.text, edits)
        if edits and verify.left_over(source, facts, world, whole=False) is not None:
            return Repair(edits, text, ((reference, candidate),))
    edits, text = rewrite.name_edits(facts.cell, reference, candidate.name, facts.after)
    if len(edits) == 1 and isinstance(world.attribute(candidate.name, facts.imported), Missing):
        return None  # it can be imported, and is no attribute of what is bound here
    if edits and candidate.name in _GRAPH_ONLY and _NO_EAGER not in facts.text:
        line = f"{text.partition('.')[0]}.compat.v1.{_NO_EAGER}()"
        return Repair([*edits, *_before(reference, line, facts)], f"{line}\n{text}", ((reference, candidate),))
    return Repair(edits, text, ((reference, candidate),)) if edits else None


def _edit_fix(
    reference: Reference, candidate: Candidate, repair: Repair, facts: CellFacts, world: World, whole: bool
) -> Fix | None:
    """The edit, read and resolved again; None if it does not mend what it should."""
    source = apply_edits(facts.text, repair.edits)
    mended = verify.left_over(source, facts, world, whole=False)
    if mended is None:
        return None
    others = 0
    if whole:
        source, others = correct_all(source, facts, world)
        source = settle(source, facts, world)
    evidence = f"{candidate.name} is {world.where(candidate.name)}."
    verified: bool | None = True
    refused = refused_in(verify.reread(source, facts), world) if whole else []
    if refused:
        verified = None
        evidence += f" It takes no {', '.join(keyword for _, keyword in refused)}."
    left = verify.left_over(source, facts, world, whole)
    if left:
        verified = None
        names = ", ".join(dict.fromkeys(other.name for other in left))
        evidence += f" The cell also asks for {names}, for which nothing certain was found."
    if candidate.how == TREE and candidate.name.startswith("tf_keras"):
        verified = None
        evidence += " Its layers and models do not mix with those of keras: use tf_keras for the whole model."
    if candidate.name.startswith(("keras.src.", "tf_keras.src.", "tensorflow.python.")):
        evidence += " It is private, and may be gone with the next release."
    if candidate.name in _GRAPH_ONLY:
        verified = None
        evidence += " The first line holds for the whole session, in which Keras 3 does not work then."
    if _V1_OPTIMIZER.match(candidate.name) and (world.version(world.product("tensorflow.keras")) or "").startswith("3"):
        verified = None
        evidence += " It minimizes by itself; compile of Keras 3 refuses it and takes those of tf.keras.optimizers."
    title = _title(reference, candidate, repair)
    if others:
        title += f", and correct {others} other line{'s' if others > 1 else ''}"
    return Fix("edit", title, source=source, verified=verified, evidence=evidence, replacement=repair.replacement)


_NO_EAGER = "disable_v2_behavior"


def _before(reference: Reference, line: str, facts: CellFacts) -> list[Edit]:
    """A line in front of the statement of the cell that a reference is in."""
    assert facts.cell.tree is not None
    at = max(node.lineno for node in facts.cell.tree.body if node.lineno <= reference.range.line)
    return [Edit(Range(at, 0, at, 0), f"{line}\n")]


def correct_all(source: str, before: CellFacts, world: World) -> tuple[str, int]:
    """A cell in which all wrong references with a certain candidate are corrected, and how many statements "
    "that took."""
    count = 0
    for _ in range(50):
        facts = verify.reread(source, before)
        for reference, _missing in missing_in(facts, world):
            if reference.guarded:
                continue
            repair = _first_repair(reference, facts, world)
            if repair is not None:
                corrected = apply_edits(source, repair.edits)
                left = verify.left_over(corrected, facts, world, whole=False)
                if left is not None and corrected != source:
                    source, count = corrected, count + 1
                    break
        else:
            return source, count
    return source, count


def _first_repair(reference: Reference, facts: CellFacts, world: World) -> Repair | None:
    candidate = _first(reference, world)
    if candidate is None:
        return None
    if reference.kind not in ("import", "from"):
        return _expression_repair(reference, candidate, facts, world)
    statement = rewrite.import_statement(facts.cell, reference)
    if statement is None:
        return None
    beside = rewrite.references_of(facts.cell, statement, facts.references)
    missing = [other for other, _ in missing_in(facts, world) if other in beside]
    pairs = [(other, _first(other, world)) for other in missing]
    sure = tuple((other, found) for other, found in pairs if found is not None)
    return _import_repair(statement, sure, facts) if len(sure) == len(missing) else None


def _candidates(reference: Reference, world: World) -> Iterator[Candidate]:
    name = reference.module if reference.member == "*" else reference.name
    wants_module = reference.kind == "import" or reference.member == "*"
    usable = (candidate for candidate in find(name, world) if candidate.kind == "module" or not wants_module)
    return islice(usable, _ALTERNATIVES)


def _first(reference: Reference, world: World) -> Candidate | None:
    return next(_candidates(reference, world), None)


def _title(reference: Reference, candidate: Candidate, repair: Repair) -> str:
    if reference.kind not in ("import", "from"):
        return f"Use {repair.replacement.splitlines()[-1]}"
    if len(repair.found) > 1 or "\n" in repair.replacement or reference.member == "*":
        parents = list(dict.fromkeys(choice.name.rpartition(".")[0] for _, choice in repair.found))
        return f"Import from {' and '.join(parent for parent in parents if parent)}"
    parent, _, last = candidate.name.rpartition(".")
    return f"Import {last} from {parent}" if parent else f"Import {last}"


def _lost_advice(reference: Reference, facts: CellFacts, world: World) -> list[Fix]:
    """What to do about the names of a statement that nothing takes the place of."""
    statement = rewrite.import_statement(facts.cell, reference)
    beside = rewrite.references_of(facts.cell, statement, facts.references) if statement else []
    lost = [other for other, _ in missing_in(facts, world) if other in beside and _first(other, world) is None]
    found: list[Fix] = []
    for other in lost:
        advised = _advised(other, world) or [_nothing(other, world)]
        first = advised[0]
        found.append(replace(first, title=f"{other.member or other.module}: {first.title}"))
    here = _first(reference, world)
    if found and here is not None:
        own = f"{reference.member or reference.module} is {here.name} here. "
        found[0] = replace(found[0], title=own + found[0].title)
    return found


def _partial(repair: Repair, lost: list[Reference], facts: CellFacts) -> Fix:
    names = ", ".join(other.member or other.module for other in lost)
    return Fix(
        "edit",
        f"Correct what can be corrected; {names} must be replaced by hand",
        source=apply_edits(facts.text, repair.edits),
        verified=False,
        evidence=f"Nothing that is here takes the place of {names}: the import still fails with it.",
        replacement=repair.replacement,
    )


def _advised(reference: Reference, world: World, replaced: bool = False) -> list[Fix]:
    """What a person can do: of a name that an edit replaces, only what is said of this very name."""
    name = reference.module if reference.member == "*" else reference.name
    found: list[Fix] = list(installs(name, world))
    told = advice(name)
    for moved in told:
        # What is said of the packages above is less to the point.
        if moved.move.advice and moved.rest == ("" if replaced else told[0].rest):
            found.append(Fix("manual", moved.move.advice, verified=None))
    first = {fix.title: fix for fix in reversed(found)}
    return [fix for fix in found if first[fix.title] is fix][:2]


def _nothing(reference: Reference, world: World) -> Fix:
    name = reference.module if reference.member == "*" else reference.name
    here = releases(name, world)
    spans = history.history(name).spans
    root = name.partition(".")[0]
    if root not in ("tensorflow", "keras", "tf_keras", "tf") and isinstance(world.import_module(root), Missing):
        return Fix(
            "manual",
            f"{root} is a package of its own, and not installed here. Look up what brings it before you install: "
            "its name on PyPI may be another one.",
        )
    kept = keras_2(name, world)
    if kept is not None:
        return kept
    if not spans or _MAGIC.search(name):
        title = (
            f"Nothing in {here} is known to take the place of {name}: the code needs another way, or another release."
        )
        parent = name.rpartition(".")[0]
        beside = world.names(parent) if parent else ()
        if 0 < len(beside) <= 12:
            title = f"{parent} has {', '.join(beside)} in {here}, and no {name.rpartition('.')[2]}."
        return Fix("manual", title)
    return Fix(
        "manual",
        f"{name} is in {in_words(spans[:2])}, and nothing in {here} takes its place: use another way, or one of those "
        "releases.",
        evidence="The record of the releases.",
    )

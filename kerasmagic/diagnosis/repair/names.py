"""From a missing name to the edits, installs and advice that get the user out, best first."""

from __future__ import annotations

import ast
import re
from itertools import chain, islice
from typing import Iterator, NamedTuple

from ...catalog import history
from ...catalog.target import Found, Missing
from ...source.edits import Edit, apply_edits
from ...source.imports import name_range
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.problem import Fix, Problem, Proposal, Way
from ..resolve.missing import missing_in
from ..resolve.misspelled import is_without_package
from ..resolve.moved import lookup
from ..resolve.notes import note_on
from ..resolve.spelling import two_things
from ..resolve.world import World
from . import by_hand, gpu_session, graphs, keras2, rewrite, verify
from .renamed_calls import called_otherwise, holds_otherwise, is_same_module, takes_otherwise
from .search import ALIKE, NOTED, PRIVATE, SAME, SPELLING, TWIN, Candidate, find
from .taken_apart import asked_of, is_of_one_class, member, taken_apart

_ALTERNATIVES = 3
_V1_OPTIMIZER = re.compile(r"tensorflow\.compat\.v1\.train\.\w+Optimizer$")
_OF_A_SESSION = re.compile(r"\.(?:tensorflow_backend|set_session|ConfigProto|GPUOptions|Session|InteractiveSession)\b")


class Repair(NamedTuple):
    """The edits of one statement or expression, and what it does."""

    edits: list[Edit]
    replacement: str
    """The text to show: the new statement or expression."""
    found: rewrite.Pairs


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterator[Way]:
    """Ways out of a missing name: edits first, then installs and advice."""
    reference = facts.reference_at(problem.range, problem.reference)
    if reference is None:
        return
    is_import = reference.kind in ("import", "from")
    if _OF_A_SESSION.search(reference.name):
        session = gpu_session.without_session(facts)
        if session is not None:
            yield session
    proposals = (_import_edits if is_import else _expression_edits)(reference, facts, world)
    proposals = proposals or _on_keras_2(reference, facts, world)
    yield from proposals
    if any(proposal.blank for proposal in proposals):
        yield from _about_lost(reference, facts, world)
        return
    if is_import and (told := _about_members(reference, facts, world)):
        yield from told
        return
    replaced = any(not proposal.differs for proposal in proposals)
    advised = by_hand.advised(reference, facts, world, replaced)
    yield from advised
    name = by_hand.meant_by(reference, world)
    note = None if advised else note_on(name, world)
    if note and not note.is_old and not any(_sentence(note.text) in proposal.evidence for proposal in proposals):
        yield Fix("manual", _sentence(note.text), evidence=f"TensorFlow's own note on {name}.")
    elif not proposals and not advised:
        found = _first(reference, world) if not is_import and name_range(facts.cell, reference) is None else None
        yield by_hand.written_out(reference, found) if found else by_hand.nothing(reference, world)


def _about_members(module: Reference, facts: CellFacts, world: World) -> list[Fix]:
    """What to do about those names that the cell takes from a module, and that are nowhere."""
    if "." not in module.name:  # a package is in another place as a whole
        return []
    lost = [each for each in asked_of(module, facts) if _first(each, world) is None]
    told = [(each, (by_hand.advised(each, facts, world) or [by_hand.nothing(each, world)])[0]) for each in lost]
    several = len(asked_of(module, facts)) > 1
    return [fix._replace(title=f"{each.written}: {fix.title}") if several else fix for each, fix in told]


def _on_keras_2(reference: Reference, facts: CellFacts, world: World) -> list[Proposal]:
    """The whole program on tf_keras, where only that still has a name."""
    if reference.kind == "import" and isinstance(world.attribute(reference.name), Found):
        return []  # it is here, and no module
    name = reference.module if reference.member == "*" else reference.name
    only_there = next((other for other in find(name, world) if _is_of_another_keras(other, name)), None)
    proposal = keras2.whole_program(facts, world) if only_there and not keras2.only_makes_a_session(facts) else None
    return [proposal] if proposal else []


def _import_edits(reference: Reference, facts: CellFacts, world: World) -> list[Proposal]:
    statement = rewrite.import_statement(facts.cell, reference)
    if statement is None:
        return []
    beside = rewrite.references_of(facts.cell, statement, facts.references)
    missing = [other for other, _ in missing_in(facts, world) if other in beside]
    firsts = {other: _first(other, world) for other in missing}
    lost = [other for other in missing if other is not reference and firsts[other] is None]
    found: list[Proposal] = [*taken_apart(reference, facts, world)] if is_of_one_class(reference, facts) else []
    private: list[Proposal] = []
    for candidate in _candidates(reference, world) if not found else ():
        if candidate.kind == "module" and _has_nothing_of(candidate.name, reference, facts, world):
            continue
        chosen = [(other, candidate if other is reference else firsts[other]) for other in missing if other not in lost]
        pairs = tuple((other, choice) for other, choice in chosen if choice is not None)
        repair = _import_repair(statement, pairs, facts)
        if repair is None:
            continue
        if lost:
            return [_without_unused(repair, lost, statement, facts) or _partial(repair, lost)]
        proposal = _proposal(reference, candidate, repair, facts, world)
        if proposal is not None and proposal.edits not in [other.edits for other in found]:
            (private if candidate.how == PRIVATE else found).append(proposal)
        if proposal is not None and (
            not proposal.differs or candidate.kind == "module" or candidate.how in (SAME, SPELLING)
        ):
            break  # another tree's module of the same name lacks the same
    return found or [*taken_apart(reference, facts, world), *private]  # public names, where all that is used has one


def _has_nothing_of(module: str, reference: Reference, facts: CellFacts, world: World) -> bool:
    """Whether a module has none of the names that the cell takes from the other one that it would stand for."""
    asked = asked_of(reference, facts)
    return (
        bool(asked)
        and not is_same_module(reference.name, module)
        and not any(lookup(f"{module}.{member(each, reference)}", world) for each in asked)
    )


def _import_repair(statement: rewrite.Import, pairs: rewrite.Pairs, facts: CellFacts) -> Repair | None:
    asking = (*facts.by_kind.get("attribute", ()), *facts.by_kind.get("call", ()))
    roots = {reference.written.partition(".")[0] for reference in asking if "." in reference.written}
    used = any(reference.kind == "import" and reference.bound in roots for reference, _ in pairs)
    edits, text = rewrite.import_edits(facts.cell, statement, pairs, used)
    return Repair(edits, text, pairs) if edits else None


def _expression_edits(reference: Reference, facts: CellFacts, world: World) -> list[Proposal]:
    """The edits, those behind the others of their grade that say what is to be used rather."""
    found: list[Proposal] = []
    rather: list[Proposal] = []
    for candidate in _candidates(reference, world):
        repair = _expression_repair(reference, candidate, facts, world)
        proposal = _proposal(reference, candidate, repair, facts, world) if repair else None
        if proposal is not None:
            (rather if candidate.how in (NOTED, TWIN) else found).append(proposal)
            if not proposal.differs:
                break
    # The engine grades up to the first that is certain.
    return [*(each for each in found if each.differs), *rather, *(each for each in found if not each.differs)]


def _expression_repair(reference: Reference, candidate: Candidate, facts: CellFacts, world: World) -> Repair | None:
    if candidate.name.startswith("tensorflow.keras.") and not reference.name.startswith("tensorflow."):
        edits, text = rewrite.rebind_edits(facts.cell, reference, candidate.name, facts.references, facts.after)
        source = apply_edits(facts.text, edits)
        if edits and verify.improved(source, facts, world):
            return Repair(edits, text, ((reference, candidate),))
    edits, text = rewrite.name_edits(facts.cell, reference, candidate.name, facts.after)
    if len(edits) == 1 and isinstance(world.attribute(candidate.name, facts.imported), Missing):
        return None  # it can be imported, and is no attribute of what is bound here
    if edits and graphs.needs_a_graph(candidate.name, reference.range, facts):
        switch = graphs.switch(facts, reference.range, text.partition(".")[0])
        shown = "\n".join([*(edit.text.strip("\r\n; ") for edit in switch), text])
        return Repair([*edits, *switch], shown, ((reference, candidate),))
    return Repair(edits, text, ((reference, candidate),)) if edits else None


def _proposal(
    reference: Reference, candidate: Candidate, repair: Repair, facts: CellFacts, world: World
) -> Proposal | None:
    """The edit, and what is special about what it asks for; None if it does not mend what it should."""
    corrected = apply_edits(facts.text, repair.edits)
    if not verify.improved(corrected, facts, world):
        return None
    evidence, differs = f"{candidate.name} is {world.where(candidate.name)}.", ""
    if candidate.name.startswith(("keras.src.", "tf_keras.src.", "tensorflow.python.")):
        evidence += " It is private and may disappear in the next release."
    if graphs.needs_a_graph(candidate.name, reference.range, facts):
        differs = graphs.about(corrected)
    elif _V1_OPTIMIZER.match(candidate.name) and world.keras_3:
        differs = (
            "It has its own training loop: compile of Keras 3 refuses it and accepts those of tf.keras.optimizers."
        )
    elif candidate.name.startswith("tensorflow.compat.v1.") and world.keras_3:
        differs = _without_keras_3(candidate, world)
    called = called_otherwise(reference, candidate.name, candidate.kind, facts, world)
    if called and candidate.how in (NOTED, TWIN):
        return None  # a person has to write such a call anew
    differs = differs or called
    if candidate.how == NOTED:
        evidence += f" TensorFlow says of {by_hand.meant_by(reference, world)}: {_sentence(candidate.said)}"
    elif candidate.name.startswith("tensorflow.compat.v1.") and not _is_modern(reference.name, world):
        evidence += " No other part of TensorFlow 2 is known to have it."
    if candidate.how in (NOTED, TWIN) and candidate.kind != "value":
        differs = differs or takes_otherwise(reference.name, candidate.name, world) or _ALIKE
    differs = differs or next((_alike(*pair) for pair in repair.found if pair[1].how == ALIKE), "")
    if is_without_package(reference.name, world):
        differs = differs or f"Keras has it; a file {reference.module}.py of yours may hold something else."
    if not differs and candidate.kind == "module":
        differs = next(
            (
                said
                for other, choice in repair.found
                for said in (holds_otherwise(other, choice.name, facts, world),)
                if choice.kind == "module" and said
            ),
            "",
        )
    title = _title(reference, candidate, repair)
    return Proposal(title, tuple(repair.edits), evidence, differs, shown=repair.replacement)


# ``tf.math.divide`` takes what ``tf.div`` took, and gives other numbers for integers.
_ALIKE = "It takes the same arguments; whether it computes the same is not recorded."


def _alike(reference: Reference, candidate: Candidate) -> str:
    """Which two words of two names are written alike."""
    pairs = zip(reference.name.split(".")[::-1], candidate.name.split(".")[::-1])
    return next((two_things(one, other) for one, other in pairs if one != other), "")


def _without_keras_3(candidate: Candidate, world: World) -> str:
    """Why a name of ``tf.compat.v1`` that handles models or optimizers does not fit those of Keras 3."""
    signature = world.parameters(candidate.name)
    if signature is not None and any(each.name in ("opt", "optimizer") for each in signature.parameters[:1]):
        return "It takes optimizers of tf.compat.v1.train, and refuses those of Keras 3."
    if "_keras_" in candidate.name:  # lite.TFLiteConverter.from_keras_model_file
        return "It loads the model with code of Keras 2 in TensorFlow, which fails beside Keras 3."
    return ""


def _is_modern(name: str, world: World) -> bool:
    """Whether something outside of ``tf.compat.v1`` can stand for a name."""
    return any(".compat." not in candidate.name for candidate in find(name, world))


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def first_repair(reference: Reference, facts: CellFacts, world: World) -> Repair | None:
    if reference.kind == "method":  # its object is no dotted name, which another could stand for
        return None
    candidate = next((each for each in _candidates(reference, world) if each.how not in (NOTED, TWIN, ALIKE)), None)
    if candidate is None:  # what a note advises, or what is written alike, has to be looked at by a person
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
    usable = (
        candidate
        for candidate in find(name, world)
        if (candidate.kind == "module" or not wants_module) and not _is_of_another_keras(candidate, name)
    )
    inside = _no_modules(name, world) if reference.kind == "import" else ()
    return islice(chain(usable, inside), _ALTERNATIVES)


def _no_modules(name: str, world: World) -> Iterator[Candidate]:
    """What ``import keras.layers.Dense`` means, which is no module."""
    itself = world.attribute(name)
    if isinstance(itself, Found) and itself.kind != "module":
        yield Candidate(name, itself.kind, SAME)
        return
    for candidate in find(name, world):
        if candidate.kind != "module" and not _is_of_another_keras(candidate, name):
            yield candidate


def _is_of_another_keras(candidate: Candidate, name: str) -> bool:
    """Whether it is of tf_keras, and the name is not: its layers and models do not mix with those of keras."""
    return candidate.name.startswith("tf_keras") and not name.startswith("tf_keras")


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


def _about_lost(reference: Reference, facts: CellFacts, world: World) -> list[Fix]:
    """What to do about the names of a statement that nothing takes the place of."""
    statement = rewrite.import_statement(facts.cell, reference)
    beside = rewrite.references_of(facts.cell, statement, facts.references) if statement else []
    lost = [other for other, _ in missing_in(facts, world) if other in beside and _first(other, world) is None]
    found: list[Fix] = []
    for other in lost:
        advised = by_hand.advised(other, facts, world) or [by_hand.nothing(other, world)]
        first = advised[0]
        found.append(first._replace(title=f"{other.member or other.module}: {first.title}"))
    here = _first(reference, world)
    if found and here is not None:
        own = f"{reference.member or reference.module} is {here.name} here. "
        found[0] = found[0]._replace(title=own + found[0].title)
    return found


def _without_unused(
    repair: Repair, lost: list[Reference], statement: rewrite.Import, facts: CellFacts
) -> Proposal | None:
    """The import without the names that are gone, where the cell is a program that does nothing with them.

    A cell of imports alone tells nothing of what the next one does, and a name that no release had is a slip.
    """
    assert facts.cell.tree is not None
    if all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in facts.cell.tree.body):
        return None
    if not all(history.spans(each.name) for each in lost):
        return None
    used = {node.id for node in ast.walk(facts.cell.tree) if isinstance(node, ast.Name)}
    names = [each.bound for each in lost]
    where = facts.cell.range(statement)
    written = next((edit for edit in repair.edits if edit.range == where), None)
    if written is None or used.intersection(names) or "__all__" in used:
        return None
    lines = written.text.splitlines(keepends=True)
    gone = [line for line in lines if _imports_only(line, {each.member for each in lost})]
    if len(gone) != 1 or len(lines) < 2:
        return None
    text = "".join(line for line in lines if line is not gone[0]).rstrip()
    told = ", ".join(names)
    return Proposal(
        f"Import the rest, without {told}",
        tuple(edit._replace(text=text) if edit is written else edit for edit in repair.edits),
        differs=f"Nothing in this cell uses {told}, which {'is' if len(names) == 1 else 'are'} gone. A later cell must "
        "do without, too.",
        shown=text,
        unbinds=tuple(names),
    )


def _imports_only(line: str, names: set[str]) -> bool:
    """Whether a line is an import of these names, and of nothing else."""
    try:
        body = ast.parse(line.strip()).body
    except SyntaxError:
        return False
    return [type(node) for node in body] == [ast.ImportFrom] and {each.name for each in body[0].names} == names  # type: ignore[attr-defined]


def _partial(repair: Repair, lost: list[Reference]) -> Proposal:
    names = ", ".join(other.member or other.module for other in lost)
    return Proposal(
        f"Correct what can be corrected; replace {names} by hand",
        tuple(repair.edits),
        blank=f"Nothing here replaces {names}, so the import still fails because of it.",
        shown=repair.replacement,
    )

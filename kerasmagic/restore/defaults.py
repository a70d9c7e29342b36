"""What a program left to the defaults of its release, carried into the calls that are restored.

Once ``LSTM(inner_init="normal")`` is written as Keras takes it today, nothing shows any more that its recurrent
activation was another one. So what differs is taken from the program as typed, and written into the same call of
what became of it: the third LSTM of a cell is its third LSTM still.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import Iterator, NamedTuple, Sequence

from ..catalog.changes import Change as Default
from ..diagnosis.engine import CellFacts, read
from ..diagnosis.model.problem import CHECK, VERIFIED, WARNING, Fix, Problem, Proposal
from ..diagnosis.model.rule import DEFAULT
from ..diagnosis.repair.defaults import HARD_SIGMOID, linear_hard_sigmoid, with_defaults
from ..diagnosis.repair.grade import grade
from ..diagnosis.resolve.calls import bound
from ..diagnosis.resolve.defaults import changed, of_string, optimizer_of
from ..diagnosis.resolve.world import World
from ..files.document import Passage
from ..source.arguments import Written, arguments_of, rewritten
from ..source.bindings import Bindings
from ..source.imports import call_node
from ..source.nodes import last_name
from ..source.reference import Reference
from .choose import marked
from .model import Change, Texts
from .written_for import WrittenFor

_ROUNDS = 200
_DISPUTED = "The program may be of Keras 1 or of Keras 2.0 to 2.2, which had other defaults than Keras 1 here."


_SHAPES = {"input_length", "input_shape", "batch_input_shape", "batch_shape", "input_dtype"}


class _Pair(NamedTuple):
    """A call as it was typed, and as it is now."""

    old: Reference
    new: Reference


def carry(
    original: Sequence[Passage], source: WrittenFor | None, here: World, unsafe: bool, texts: Texts
) -> list[Change]:
    """Write into calls what their defaults were.

    Arguments:
        original: the program as typed.
        source: the releases it was written for; None where they are not known: nothing is written.
        here: where it runs.
        unsafe: also where these releases disagree.
        texts: what became of the program; brought up to date.
    """
    found: list[Change] = []
    if source is None:
        return found
    bindings, later = Bindings(), Bindings()
    for passage in original:
        typed = read(passage.text, bindings)
        for _ in range(_ROUNDS):
            now = read(texts[passage.cell], later.copy())
            change = next(_written(typed, now, source, here, unsafe), None)
            if change is None:
                break
            problem, fix = change
            assert fix.source is not None
            differs = fix.differs if fix.applicability == CHECK else ""
            texts[passage.cell] = marked(now.text, fix.source, differs) if differs else fix.source
            title, evidence = problem.title, differs or source.evidence
            found.append(Change(passage.cell, problem.rule, title, fix.title, fix.applicability, evidence))
        read(texts[passage.cell], later)
    return found


def _written(
    typed: CellFacts, now: CellFacts, source: WrittenFor, here: World, unsafe: bool
) -> Iterator[tuple[Problem, Fix]]:
    """What can be written into the calls of a cell, each on its own."""
    grades = (VERIFIED, CHECK) if unsafe else (VERIFIED,)
    for problem, proposal in _proposals(typed, now, source, here, unsafe):
        fix = grade(proposal, problem, now, here, whole=False)
        if fix is not None and fix.applicability in grades:
            yield problem, fix


def _proposals(
    typed: CellFacts, now: CellFacts, source: WrittenFor, here: World, unsafe: bool
) -> Iterator[tuple[Problem, Proposal]]:
    for pair in _pairs(typed, now):
        agreed, disputed = _defaults(pair, source, here)
        defaults = [*agreed, *(disputed if unsafe else ())]
        proposal = with_defaults(pair.new, defaults, now, here, _DISPUTED if unsafe and disputed else "")
        if proposal is not None:
            first = defaults[0]
            yield _problem(here, pair.new, f"has {first.name}={first.now}, and had {first.before}"), proposal
        proposal = _length(pair, typed, now)
        if proposal is not None:
            yield _problem(here, pair.new, "takes no input_length, which told the shape of a sample"), proposal
    if here.keras_3:
        for reference in now.by_kind.get("string", ()):
            if reference.name == f"activation:{HARD_SIGMOID}":
                proposal = linear_hard_sigmoid(reference, now, here)
                if proposal is not None:
                    yield _problem(here, reference, "is x / 6 + 0.5 between its ends, and was 0.2 * x + 0.5"), proposal


def _problem(here: World, reference: Reference, what: str) -> Problem:
    called = reference.name.rpartition(":")[2].rpartition(".")[2]
    code = here.rules.teller(DEFAULT)
    return Problem(code, WARNING, f"{called} {what}", range=reference.range, reference=reference.name)


def _pairs(typed: CellFacts, now: CellFacts) -> Iterator[_Pair]:
    """The calls of what has one name, in the order of the text, where there are as many as there were."""
    before, after = _by_name(typed), _by_name(now)
    for name, old in before.items():
        new = after.get(name, [])
        if len(old) == len(new):
            yield from map(_Pair, old, new)


def _by_name(facts: CellFacts) -> dict[str, list[Reference]]:
    found: dict[str, list[Reference]] = defaultdict(list)
    for reference in facts.references:
        if reference.kind in ("call", "method") and reference.name.startswith("keras."):
            found[reference.name.rpartition(".")[2]].append(reference)
        elif reference.kind == "string" and optimizer_of(reference):
            found[reference.name].append(reference)
    return found


def _defaults(pair: _Pair, source: WrittenFor, here: World) -> tuple[list[Default], list[Default]]:
    """The defaults that differ: those on which the releases agree, and the others as the first release had them."""
    several = [_differing(pair, before, here) for before in source.worlds]
    agreed = [each for each in several[0] if all(each in others for others in several[1:])]
    return agreed, [each for each in several[0] if each not in agreed and not _is_slight(each, pair.new)]


def _length(pair: _Pair, typed: CellFacts, now: CellFacts) -> Proposal | None:
    """``model.add(Embedding(9, 4, input_length=5))`` gave the model its input, as ``input_shape=(5,)`` still does."""
    if "input_length" not in pair.old.keywords or _SHAPES & {*pair.new.keywords}:
        return None
    old, new = call_node(typed.cell, pair.old), call_node(now.cell, pair.new)
    arguments = arguments_of(now.cell, new) if new is not None else None
    if pair.new.name.rpartition(".")[2] != "Embedding" or old is None or new is None or arguments is None:
        return None
    added = any(
        isinstance(node, ast.Call) and last_name(node.func) == "add" and new in node.args for node in now.cell.placed
    )
    length = next(item.value for item in old.keywords if item.arg == "input_length")
    said = f"input_shape=({typed.cell.segment(typed.cell.range(length))},)"
    edits = rewritten(now.cell, new, [Written(item.name) for item in arguments], [said]) if added else []
    title = f"Write {said} for input_length="
    return Proposal(title, tuple(edits), "The model knows the shape of its input then, as it did.") if edits else None


def _is_slight(default: Default, reference: Reference) -> bool:
    """Whether it is no more than rounding: it keeps a divisor from being zero. Adadelta takes its first steps by it."""
    return default.name == "epsilon" and "adadelta" not in reference.name.lower()


def _differing(pair: _Pair, before: World, here: World) -> list[Default]:
    if pair.old.kind == "string":
        return of_string(pair.new, here, before)
    old, new, fitting = before.parameters(pair.old.name), here.parameters(pair.new.name), bound(pair.new, here)
    if old is None or new is None or old.is_wrapped or new.is_wrapped or pair.new.open_ended:
        return []
    if fitting is None or not fitting.fits:
        return []
    typed = old.bind(pair.old.positional, pair.old.keywords)
    given = {*fitting.places, *pair.new.keywords, *typed.places, *pair.old.keywords}
    return changed(pair.new, old, new, given, here)

"""A call of an earlier release, written as this one understands it: each argument where its meaning is today."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from itertools import islice
from typing import Iterable, Iterator, NamedTuple

from ...catalog.signature import Signature
from ...source.arguments import Argument as Given
from ...source.arguments import Written, arguments_of, rewritten
from ...source.edits import Edit, apply_edits
from ...source.imports import call_node
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.argument import Argument
from ..model.problem import Proposal
from ..resolve.arguments import shown_signature, what_became
from ..resolve.meaning import Meaning
from ..resolve.world import World
from .transposed import output_padding


class Translation(NamedTuple):
    """Edits that write a call anew."""

    edits: list[Edit]
    differs: str = ""
    """What the new call does not do as the old one did, in a sentence."""


def translated(reference: Reference, meaning: Meaning, facts: CellFacts, world: World) -> Translation | None:
    """The call with the same meaning here; None where something in it has none here, or a person must decide."""
    call = call_node(facts.cell, reference)
    given = arguments_of(facts.cell, call) if call else None
    signature = shown_signature(reference.name, world)
    if call is None or given is None or signature is None or signature.is_wrapped:
        return None
    places = meaning.call.places
    old = [*places, *(item.name or "" for item in given[len(places) :])]
    draft = _Draft(reference, meaning, signature, facts, world, given, old)
    if not all(draft.write_next(name, item) for name, item in zip(old, given)):
        return None
    added = [
        f"{name}={meaning.signature.default(name)}"
        for name in signature.bind(0, draft.taken).lacking
        if meaning.signature.default(name) is not None
    ]
    edits = rewritten(facts.cell, call, draft.plan, added)
    names = [*draft.taken, *(each.partition("=")[0] for each in added)]
    if not edits or not signature.bind(0, names).fits:
        return None
    return Translation(edits, " ".join(dict.fromkeys(draft.lost)))


def translations(reference: Reference, found: Iterable[Meaning], facts: CellFacts, world: World) -> Iterator[Proposal]:
    """The call as this release understands it, for what each of some releases meant by it; the first are likelier."""
    ways: dict[str, tuple[Translation, Meaning]] = {}
    for meaning in found:
        translation = translated(reference, meaning, facts, world)
        if translation is not None:
            ways.setdefault(apply_edits(facts.text, translation.edits), (translation, meaning))
    for translation, meaning in islice(ways.values(), 2):
        doubt = "" if len(ways) == 1 else f"It is right if the code was written for {meaning.releases}."
        yield Proposal(
            f"Write the call of {meaning.releases} as this release takes it",
            tuple(translation.edits),
            evidence=f"The signatures are in the records of {meaning.releases} and of this release.",
            differs=translation.differs or doubt,
        )


@dataclass
class _Draft:
    """The new call, as far as it is written."""

    reference: Reference
    meaning: Meaning
    signature: Signature
    facts: CellFacts
    world: World
    given: list[Given]
    old: list[str]
    """The parameter of the old signature that each argument is for."""
    plan: list[Written | None] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    in_place: int | None = 0
    """How many arguments stand in their places without a name; None as soon as one does not."""

    def write_next(self, name: str, given: Given) -> bool:
        """Find a place for an argument; False where there is none."""
        became = what_became(self.reference, name, self.world) or Argument(name)
        names = self.signature.names
        if name in names and name not in self.signature.ignored:
            return self._write(name, given)
        new = next((each for each in became.new if each in names), None)
        if became.joined and new:
            return self._join(became, new, given)
        if new and not became.values:
            return self._write(new, given)
        if is_default(given.value, self.meaning.signature.default(name)):
            return self._leave_out(given)
        if new:
            text = _value(given.value, became, self.facts)
            return text is not None and self._write(new, given, text)
        if name == "output_shape" and "output_padding" in names and self._pads(given):
            return True
        if became.dropped:
            self.lost += [became.differs] if became.differs else []
            return self._leave_out(given)
        return False

    def _join(self, became: Argument, new: str, given: Given) -> bool:
        """Write several arguments as one, in the place of the first of them."""
        if new in self.taken:
            self.plan.append(None)
            return True
        if not set(became.joined) <= set(self.old):
            return False
        parts = (self.given[self.old.index(name)] for name in became.joined)
        texts = (self.facts.cell.text[part.value_start : part.end] for part in parts)
        return self._write(new, given, f"({', '.join(texts)})")

    def _pads(self, given: Given) -> bool:
        """Write the ``output_padding`` that gives an ``output_shape``, where it is known."""
        texts = {name: self.facts.cell.text[each.value_start : each.end] for name, each in zip(self.old, self.given)}
        padding = output_padding(texts)
        if padding is None:
            return False
        text, said = padding
        self.lost += [said] if said else []
        return self._write("output_padding", given, text) if text else self._leave_out(given)

    def _write(self, name: str, given: Given, text: str | None = None) -> bool:
        if name in self.taken:
            return False
        self.taken.append(name)
        places = [item.name for item in self.signature.places]
        if given.name is None and self.in_place is not None and places[self.in_place : self.in_place + 1] == [name]:
            self.in_place += 1
            self.plan.append(Written(None, text))
            return True
        self.in_place = None
        self.plan.append(Written(name, text))
        return name in self.signature.names

    def _leave_out(self, given: Given) -> bool:
        self.plan.append(None)
        if given.name is None:
            self.in_place = None
        return True


def _value(value: ast.expr, became: Argument, facts: CellFacts) -> str | None:
    """The text of a value that is called otherwise today."""
    old = value.value if isinstance(value, ast.Constant) else None
    new = dict(became.values).get(old) if isinstance(old, str) else None
    quote = facts.cell.segment(facts.cell.range(value))[:1]
    return f"{quote}{new}{quote}" if new else None


def is_default(value: ast.expr, default: str | None) -> bool:
    """Whether a value says no more than what holds without it."""
    try:
        return default is not None and bool(ast.literal_eval(value) == ast.literal_eval(default))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False

"""What kerasmagic has to say: a problem, and ways out of it."""

from __future__ import annotations

from typing import Any, Iterable, NamedTuple, Union

from ...source.edits import Edit
from ...source.position import Range

ERROR, WARNING, INFO = "error", "warning", "info"


VERIFIED, CHECK, BLANK, ADVICE = "verified", "check the result", "has a blank", "advice"
"""How far a fix can be trusted, in the manner of rustc's Applicability: it resolves here and means the same; it
resolves and computes something else, or may; a person has to fill something in; it is for a person to do."""


class Proposal(NamedTuple):
    """An edit that a rule proposes. The engine applies it, reads the whole cell again, and grades it."""

    title: str
    """What the edit does, in one line: "Write learning_rate= for lr="."""
    edits: tuple[Edit, ...]
    """What changes in the cell as typed."""
    evidence: str = ""
    """Why the new code means the same."""
    differs: str = ""
    """What the new code computes otherwise, or may, in a sentence."""
    blank: str = ""
    """What a person has to fill in, in a sentence."""
    shown: str = ""
    """The new text for a short display; without, the lines that change."""
    unbinds: tuple[str, ...] = ()
    """Imported names that the new code does without: nothing in the cell uses them any more."""


class Fix(NamedTuple):
    """One way out of a problem."""

    kind: str
    """``edit`` (the cell changes), ``install``, ``setting``, ``restart`` or ``manual``."""
    title: str
    """What to do, in one line: "Import Dense from keras.layers"."""
    source: str | None = None
    """For an edit: the whole corrected cell."""
    commands: tuple[str, ...] = ()
    """For an install or a setting: lines to run in a cell, ``%pip install "keras>=2.15,<2.16"``."""
    applicability: str = ADVICE
    """``verified``, ``check the result``, ``has a blank`` or ``advice``. The engine grades edits; nobody else does."""
    differs: str = ""
    """For an edit to be checked or filled in: what differs, or what is left to do, in a sentence."""
    evidence: str = ""
    """How it is known: "keras.layers.Dense is in the loaded keras 3.13.2"."""
    replacement: str = ""
    """For an edit: the text that takes the place of the faulty part, one line or a few, for a short display."""
    cell: int | None = None
    """For an edit of a cell that ran before the one that failed: its number, as in ``In [5]``; 0 where that is not
    known."""
    before: str = ""
    """The text of that earlier cell; empty where it is the cell that failed."""

    @property
    def verified(self) -> bool | None:
        """True: resolves here and means the same. False: does not run as it is. None: for a person to judge."""
        return {VERIFIED: True, BLANK: False}.get(self.applicability)

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "title": self.title,
            "source": self.source,
            "commands": list(self.commands),
            "verified": self.verified,
            "applicability": self.applicability,
            "differs": self.differs,
            "evidence": self.evidence,
            "replacement": self.replacement,
            "cell": self.cell,
        }


Way = Union[Fix, Proposal]
"""What a rule can offer against a problem."""


class EarlierCell(NamedTuple):
    """A cell that ran before the one that failed, and has the code that is to change."""

    text: str
    """The cell as typed, where the history has it; else as IPython compiled it."""
    number: int | None
    """Of ``In [3]``; None where the history does not have it."""


class Problem(NamedTuple):
    """One thing that is wrong, or will be."""

    rule: str
    """The code of the rule that found it: "KI101"."""
    severity: str
    """``error`` (raises), ``warning`` (runs, but not as meant) or ``info``."""
    title: str
    """One line: what is wrong, in the user's words."""
    cause: str = ""
    """One or two sentences: why, with the facts of this kernel or target."""
    range: Range | None = None
    """Where, in the cell as typed; None where there is no code."""
    reference: str = ""
    """The canonical dotted name it is about: "keras.utils.np_utils"."""
    fixes: tuple[Fix, ...] = ()
    """Ways out, best first."""
    proposals: tuple[Proposal, ...] = ()
    """Edits that a rule proposes; none is left once the engine has graded them, and put them among the fixes."""
    keyword: str = ""
    """The argument of a call that it is about."""
    follows: str = ""
    """The ``reference`` of the earlier problem that this one comes of, a failed import: with that one it goes."""
    earlier: EarlierCell | None = None
    """The cell that the proposals are for, where that is not the one that failed."""

    def with_ways(self, ways: Iterable[Way]) -> Problem:
        """The same problem with ways out of it: the edits to be graded, and what is for a person to do."""
        given = tuple(ways)
        return self._replace(
            fixes=tuple(way for way in given if isinstance(way, Fix)),
            proposals=tuple(way for way in given if isinstance(way, Proposal)),
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "severity": self.severity,
            "title": self.title,
            "cause": self.cause,
            "range": self.range.to_dict() if self.range else None,
            "reference": self.reference,
            "fixes": [fix.to_dict() for fix in self.fixes],
            "follows": self.follows,
        }

"""What kerasmagic has to say: a problem, and ways out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...source.position import Range

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True)
class Fix:
    """One way out of a problem."""

    kind: str
    """``edit`` (the cell changes), ``install``, ``setting``, ``restart`` or ``manual``."""
    title: str
    """What to do, in one line: "Import Dense from keras.layers"."""
    source: str | None = None
    """For an edit: the whole corrected cell."""
    commands: tuple[str, ...] = ()
    """For an install or a setting: lines to run in a cell, ``%pip install "keras>=2.15,<2.16"``."""
    verified: bool | None = None
    """True: resolved in this kernel or in the record of this target. False: tried, and it fails. None: cannot be known
    here."""
    evidence: str = ""
    """How that is known: "keras.layers.Dense is in the loaded keras 3.13.2"."""
    replacement: str = ""
    """For an edit: the text that takes the place of the faulty part, one line or a few, for a short display."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "title": self.title,
            "source": self.source,
            "commands": list(self.commands),
            "verified": self.verified,
            "evidence": self.evidence,
            "replacement": self.replacement,
        }


@dataclass(frozen=True)
class Problem:
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
    follows: str = ""
    """The ``reference`` of the earlier problem that this one comes of, a failed import: with that one it goes."""

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

"""What goes from one stage of a restoration to the next: the plan, what a cell gave, and the outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Mapping, Optional, Sequence

from ..catalog.images import Image
from ..files.document import Document

RAN, FAILED, ENDLESS, DIED, NOT_RUN = "ran", "failed", "did not end", "killed the kernel", "not run"

SUDDEN = "The kernel died in this cell."
"""What is said where native code ended the kernel; nothing was raised."""

KERAS, PACKAGE, DATA, INPUT, PROGRAM = "keras", "package", "data", "input", "program"
FOLLOWS, STOPPED = "follows", "stopped"
"""Whose a failure is: Keras's or TensorFlow's, another package's, that of a file or an address, of someone who types
an answer, or the program's own; it comes of an earlier cell that failed; or the cell was stopped or its kernel died."""


Texts = Dict[Optional[int], str]
"""The code of each cell, in order; None is a script."""


class CannotRun(Exception):
    """Why nothing can be run, in one sentence."""


@dataclass(frozen=True)
class Wishes:
    """What the person who restores wants."""

    kernel: str = ""
    """The name of a Jupyter kernel; without: this interpreter."""
    timeout: float = 600
    """Seconds that a cell may take."""
    unsafe: bool = False
    """Also apply edits whose result must be checked."""
    install: bool = False
    """Run the installs that hints ask for."""
    arguments: tuple[str, ...] = ()
    """What a script finds in ``sys.argv`` after its own name."""
    origin: str = ""
    """The release that the program was written for, where that was said: what changed since is written out."""


@dataclass(frozen=True)
class Change:
    """One thing that was changed in the program, and why."""

    cell: int | None
    rule: str
    problem: str
    title: str
    grade: str
    """``verified``, or ``check the result``."""
    evidence: str = ""
    """How it is known that it means the same, or what a person must look at."""
    when: str = "before the run"

    def to_dict(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class Plan:
    """A program as it will be run: after the edits that need no run."""

    path: str
    document: Document
    texts: Mapping[int | None, str]
    """The code of each cell, in order; None is a script."""
    changes: tuple[Change, ...] = ()
    held: Mapping[int | None, tuple[str, ...]] = field(default_factory=dict)
    """The lines of cells that would install something: they are not run."""
    carry: Callable[[Texts], list[Change]] = field(default=lambda texts: [], compare=False)
    """Writes what the program left to the defaults of its release into calls that an edit brought into today's form."""
    whole: Callable[[Sequence[CellOutcome]], Rewritten | None] = field(default=lambda cells: None, compare=False)
    """Edits all cells as one piece of code, where that may help those that failed."""


@dataclass(frozen=True)
class Rewritten:
    """A program that was edited in all of its cells at once."""

    texts: Texts
    change: Change


@dataclass(frozen=True)
class Origin:
    """Where an exception comes from, as the kernel knows it."""

    packages: tuple[str, ...] = ()
    """The installed packages that its traceback goes through; last the one that raised it."""
    kinds: tuple[str, ...] = ()
    """The class of the exception and its bases, dotted."""
    about: str = ""
    """The module or package that it names."""
    name: str = ""
    """The name that is not defined."""
    line: int | None = None
    """The last line of the program that it went through; in a notebook, of the cell."""

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Origin:
        """What :func:`.inside.origin` told; nothing where the kernel knew of no exception."""
        packages, kinds = tuple(told.get("packages", ())), tuple(told.get("kinds", ()))
        return cls(packages, kinds, told.get("about", ""), told.get("name", ""), told.get("line"))


@dataclass(frozen=True)
class Reply:
    """What running a cell gave."""

    status: str
    error: str = ""
    """``ValueError: …``, on one line."""
    problems: tuple[Mapping[str, Any], ...] = ()
    """What the hint below the traceback says."""
    outputs: tuple[Mapping[str, Any], ...] = ()
    """As a notebook keeps them."""
    count: int | None = None
    """The number in ``In [5]``."""
    seconds: float = 0.0
    origin: Origin = Origin()
    ended: bool = False
    """The program ended itself: ``sys.exit()``, ``exit``."""

    @property
    def ran(self) -> bool:
        return self.status == RAN


@dataclass(frozen=True)
class CellOutcome:
    """How one cell ended in the last run of the program."""

    cell: int | None
    reply: Reply
    whose: str = ""
    """Whose the failure is; empty for a cell that ran."""
    sentence: str = ""
    """What is to be said about the failure besides the exception."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "cell": self.cell,
            "status": self.reply.status,
            "seconds": round(self.reply.seconds, 2),
            "error": self.reply.error,
            "line": self.reply.origin.line,
            "whose": self.whose,
            "sentence": self.sentence,
            "problems": list(self.reply.problems),
        }


@dataclass(frozen=True)
class Run:
    """A program after its last run."""

    texts: Mapping[int | None, str]
    cells: tuple[CellOutcome, ...]
    changes: tuple[Change, ...] = ()
    installed: tuple[str, ...] = ()
    confirmed: bool = True
    """The last run was of the program as it is now, in a fresh kernel."""


@dataclass(frozen=True)
class Outcome:
    """All that there is to say about one file."""

    file: str
    trouble: str = ""
    """Why it was not run, in one sentence."""
    output: str = ""
    """The restored file."""
    kernel: str = ""
    """What ran it: "Python 3.13.0, tensorflow 2.20.0, keras 3.13.2"."""
    run: Run | None = None
    held: Mapping[int | None, tuple[str, ...]] = field(default_factory=dict)
    diff: str = ""
    left: Sequence[Mapping[str, Any]] = ()
    """What a check still says about the restored program."""
    last_image: Image | None = None
    """Where the original last ran, if it can't run on Colab's newest image."""

    @property
    def runs(self) -> bool:
        """Whether the whole program runs now."""
        return self.run is not None and not self.trouble and all(each.reply.ran for each in self.run.cells)

    def to_dict(self) -> dict[str, Any]:
        run = self.run
        return {
            "file": self.file,
            "runs": self.runs,
            "trouble": self.trouble,
            "output": self.output,
            "kernel": self.kernel,
            "changes": [change.to_dict() for change in run.changes] if run else [],
            "cells": [cell.to_dict() for cell in run.cells] if run else [],
            "installed": list(run.installed) if run else [],
            "not_installed": [{"cell": cell, "line": line} for cell, lines in self.held.items() for line in lines],
            "confirmed": bool(run and run.confirmed),
            "left": list(self.left),
            "diff": self.diff,
            "last_image": self.last_image.to_dict() if self.last_image else None,
        }

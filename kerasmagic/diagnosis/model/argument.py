"""What became of an argument: facts that no record of signatures can show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Argument:
    """What became of a keyword."""

    keyword: str
    new: tuple[str, ...] = ()
    """What it is called today; the first that the called thing takes is used."""
    dropped: bool = False
    """It can be left out: what it did is done otherwise, or no longer."""
    advice: str = ""
    of: str = ""
    """A regular expression for the called names it is about, below the root of Keras; empty for all."""

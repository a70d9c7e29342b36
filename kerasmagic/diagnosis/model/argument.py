"""What became of an argument: facts that no record of signatures can show."""

from __future__ import annotations

from typing import NamedTuple


class Argument(NamedTuple):
    """What became of a keyword."""

    keyword: str
    new: tuple[str, ...] = ()
    """What it is called today; the first that the called thing takes is used."""
    dropped: bool = False
    """It can be left out: what it did is done otherwise, or no longer."""
    advice: str = ""
    of: str = ""
    """A regular expression for the called names it is about, below the root of Keras; empty for all."""
    joined: tuple[str, ...] = ()
    """Several arguments, this one among them, are one today, a tuple: ``nb_row`` and ``nb_col``."""
    values: tuple[tuple[str, str], ...] = ()
    """What its values are called today; others have no translation."""
    differs: str = ""
    """What is no longer done when it is left out, in a sentence; empty: that changes nothing."""

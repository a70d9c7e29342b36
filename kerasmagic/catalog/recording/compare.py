"""What two records differ in, as lines that a person reads."""

from __future__ import annotations

from typing import AbstractSet, Iterator

from ..store import Fact
from ..text import line_of

Found = AbstractSet["tuple[str, Fact]"]


def difference(before: Found, after: Found) -> Iterator[str]:
    """What went and what came: ``- Merge  class``, below the module or the class that it is in.

    Arguments:
        before: the facts of one release, or of one record of it.
        after: the facts of another.
    """
    changed = [(*line_of(*fact), "-") for fact in before - after] + [(*line_of(*fact), "+") for fact in after - before]
    header = None
    for node, name, what, sign in sorted(
        changed, key=lambda change: (change[0], change[1], change[3] == "+", change[2])
    ):
        if node != header:
            header = node
            yield node
        yield f"  {sign} {name}  {what}".replace("\t", "  ").rstrip()

"""What an edit changes in a cell: the lines that go and those that come, as text and in colour."""

from __future__ import annotations

import difflib
import textwrap
from typing import Iterator, NamedTuple

from . import markup

_TINTS = {"+": "rgba(60,160,90,.22)", "-": "rgba(200,60,60,.22)"}
_WORDS = {"+": "added", "-": "taken out"}


class Line(NamedTuple):
    sign: str
    """``-`` goes, ``+`` comes, a space stays, and an empty one stands for lines that are left out."""
    text: str


def corrected_lines(before: str, after: str) -> str:
    """Only the lines that are new in a corrected cell, whole; empty where lines are only taken out."""
    return textwrap.dedent("\n".join(line.text for line in _changed(before, after) if line.sign == "+"))


def changes_html(before: str, after: str) -> str:
    """The lines that change, with signs and not only colours. What is copied from it is the corrected lines alone."""
    lines = list(_changed(before, after))
    indent = _indent([line.text for line in lines if line.sign])
    rows = "".join(_row(line, indent) for line in lines)
    return (
        f'<pre class="km-changes" style="margin:4px 0;padding:4px 0;background:rgba(127,127,127,.08);color:inherit;'
        f'white-space:pre-wrap;overflow-x:auto;{markup.MONOSPACE}">{rows}</pre>'
    )


def _row(line: Line, indent: int) -> str:
    if not line.sign:
        return '<span style="display:block;padding:0 8px;opacity:.6;user-select:none">…</span>'
    copied = "" if line.sign == "+" else ";user-select:none;-webkit-user-select:none"
    sign = f'<span style="user-select:none;-webkit-user-select:none;opacity:.75">{line.sign} </span>'
    return (
        f'<span title="{_WORDS[line.sign]}" style="display:block;padding:0 8px;background:{_TINTS[line.sign]}{copied}">'
        f"{sign}{markup.escape(line.text[indent:])}</span>"
    )


def _changed(before: str, after: str) -> Iterator[Line]:
    old, new = before.splitlines(), after.splitlines()
    several = False
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if several:
            yield Line("", "")
        several = True
        yield from (Line("-", line) for line in old[a:b])
        yield from (Line("+", line) for line in new[c:d])


def _indent(lines: list[str]) -> int:
    """How many blanks all of these lines begin with."""
    written = [line for line in lines if line.strip()]
    return min((len(line) - len(line.lstrip()) for line in written), default=0)

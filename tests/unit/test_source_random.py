"""Cells that nobody wrote: whatever the text is, reading it ends, raises nothing, and edits change only their place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerasmagic.source.bindings import Bindings
from kerasmagic.source.cell import read_cell
from kerasmagic.source.edits import apply_edits
from kerasmagic.source.imports import Move, rebind, replace_name
from kerasmagic.source.references import find_references

pytestmark = pytest.mark.slow

CELLS = Path(__file__).with_name("realistic_cells.txt").read_text("utf-8").split("# " + "-" * 70 + "\n")
PIECES = [
    *"()[]{}'\"\\\n\r\t \0\x0c\ufeff#%!?:;,.=é\U0001f600\ud800",
    '"""',
    "import ",
    " as ",
    "keras",
    "lambda x:",
    "\n    ",
]

cells = st.sampled_from(CELLS)
junk = st.one_of(st.sampled_from(PIECES), st.text(max_size=8))


@st.composite
def mutated(draw):
    """A realistic cell with a few stretches taken out, put in, or taken from another cell."""
    text = draw(cells)
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        other = draw(st.one_of(junk, cells.map(lambda cell: cell[: len(cell) // 2])))
        text = text[:start] + other + text[end:]
    return text


@given(text=st.one_of(mutated(), mutated(), st.text(max_size=60)))
def test_reading_never_raises(text):
    cell = read_cell(text)
    assert (cell.tree is None) != (cell.error is None)
    for reference in find_references(cell, Bindings()):
        where = reference.range
        assert 1 <= where.line <= where.end_line <= len(cell.lines)
        assert 0 <= where.column <= len(cell.lines[where.line - 1])


@given(text=mutated())
def test_edits_keep_the_rest_and_the_names(text):
    cell = read_cell(text)
    for reference in find_references(cell, Bindings())[:8]:
        if reference.kind == "from":
            edits = rebind(cell, [Move(reference, "elsewhere.new")])
        elif reference.kind == "attribute":
            edits = replace_name(cell, reference, "replaced")
        else:
            continue
        after = apply_edits(text, edits)
        again = read_cell(after)
        assert again.error is None
        if edits:
            first, last = edits[0].range, edits[0].range
            assert after.startswith("".join(cell.lines[: first.line - 1]))
            assert after.endswith("".join(cell.lines[last.end_line :]))
        if reference.kind == "from" and edits:
            bound = {r.bound for r in find_references(cell, Bindings()) if r.bound}
            assert {r.bound for r in find_references(again, Bindings()) if r.bound} == bound


def test_large_texts_take_linear_time():
    for text in (
        "x=1;" * 250_000,
        "import keras;" * 20_000,
        "'\\\"" * 300_000,
        "%time " + "-a   " * 200_000,
        " " * 1_000_000 + "=",
        "!" * 1_000_000,
        "?" * 500_000,
        "keras." * 150_000 + "x",
        "(" * 1_000_000,
        "x = '" + "é" * 1_000_000 + "'",
    ):
        cell = read_cell(text)
        find_references(cell, Bindings({"keras": "keras"}))

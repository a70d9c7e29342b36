"""Lines before and behind a statement."""

from __future__ import annotations

import pytest

from kerasmagic.source.cell import read_cell
from kerasmagic.source.edits import apply_edits
from kerasmagic.source.lines import before, behind, statement_of


def placed(text, function):
    cell = read_cell(text)
    call = next(call for call in cell.calls.values() if getattr(call.func, "id", "") == "load")
    statement = statement_of(call, cell)
    return statement and apply_edits(text, function(statement, cell, "first", "second"))


def test_the_lines_have_the_place_of_the_statement():
    text = "if x:\n    m = load(\n        1)  # a file\n    y = 2\n"
    assert placed(text, behind) == "if x:\n    m = load(\n        1)  # a file\n    first\n    second\n    y = 2\n"
    assert placed(text, before) == "if x:\n    first\n    second\n    m = load(\n        1)  # a file\n    y = 2\n"


@pytest.mark.parametrize("text", ["a = 1; m = load(1)", "if x: m = load(1)"])
def test_nothing_where_no_line_can_stand(text):
    assert placed(text, before) == placed(text, behind) == text


def test_a_call_in_the_head_of_a_block_is_no_statement_of_its_own():
    assert placed("with load(1) as f:\n    pass", before) is None

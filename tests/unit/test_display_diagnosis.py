"""The six lines below a traceback: what they show of a long edit, and of one of an earlier cell."""

from __future__ import annotations

from kerasmagic.diagnosis.model.problem import VERIFIED, Fix, Problem
from kerasmagic.display.diagnosis import diagnosis_result

CELL = "a\nb\nc\nd\n"


def shown(**fix):
    whole = Fix("edit", "Write them anew", source="A\nB\nC\nD\n", applicability=VERIFIED, evidence="Known.", **fix)
    problem = Problem("KI101", "error", "a is gone", cause="It was there.", fixes=(whole,))
    return diagnosis_result([problem], cell=CELL).text.splitlines()


def test_of_a_long_edit_the_lines_that_it_is_about_come_first():
    assert shown(replacement="C")[1:4] == ["    C", "    A", "    …"]


def test_after_an_edit_of_an_earlier_cell_both_cells_are_run():
    assert "run it, then this cell again" in shown(cell=3, before=CELL)[-1]
    assert "again" not in shown()[-1]

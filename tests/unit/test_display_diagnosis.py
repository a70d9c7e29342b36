"""The six lines below a traceback: what they show of a long edit, and of one of an earlier cell."""

from __future__ import annotations

import pytest

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


def lines_of(kind, title, *commands, evidence="Known."):
    fix = Fix(kind, title, commands=commands, evidence=evidence)
    problem = Problem("KI101", "error", "a is gone", cause="It was there.", fixes=(fix,))
    result = diagnosis_result([problem], cell=CELL)
    return result.text.splitlines(), result.html


RESTART = "Set B: restart the kernel, run this first, and then the cells as they are"


@pytest.mark.parametrize("kind", ["setting", "restart"])
def test_what_has_to_be_done_with_the_lines_of_a_setting_stands_above_them(kind):
    text, html = lines_of(kind, RESTART, "B = 1")
    assert text[1:3] == [f"{RESTART}:", "    B = 1"] and len(text) == 6
    assert html.index(RESTART) < html.index("B = 1")


def test_the_lines_of_a_setting_are_shown_whole():
    text, _ = lines_of("setting", RESTART, "%pip install b", "A = 1", "B = 1")
    assert text[1:5] == [f"{RESTART}:", "    %pip install b", "    A = 1", "    B = 1"] and len(text) == 6


def test_an_install_that_needs_a_restart_says_so_once():
    title = "Install b, then restart the kernel"
    assert "; then restart the kernel;" in lines_of("install", title, "%pip install b")[0][-1]
    assert "restart" not in lines_of("install", "Install b", "%pip install b")[0][-1]
    shown, _ = lines_of("install", title, "%pip install b", evidence="Restart the kernel after the install.")
    assert "restart" not in shown[-1]

"""The lines that change in a cell: what is shown, and what a copy of it holds."""

from __future__ import annotations

import re

import pytest

from kerasmagic.display.changes import changes_html, corrected_lines
from kerasmagic.display.groups import following, grouped, places

BEFORE = "import a\nmodel.compile(\n    lr=1,\n    loss='mse')\nb()"


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        pytest.param(BEFORE.replace("lr=", "rate="), "rate=1,", id="only the changed line, not the call above it"),
        pytest.param(BEFORE.replace("import a", "import c").replace("b()", "d()"), "import c\nd()", id="two places"),
        pytest.param(BEFORE.replace("    lr=1,\n", ""), "", id="a line that goes"),
        pytest.param(BEFORE, "", id="nothing"),
    ],
)
def test_corrected_lines(after, lines):
    assert corrected_lines(BEFORE, after) == lines


def test_signs_and_what_goes_are_not_copied():
    shown = changes_html(BEFORE, BEFORE.replace("lr=", "rate="))
    rows = re.findall(r'<span title="(.*?)" style="(.*?)">', shown)
    assert [title for title, _ in rows] == ["taken out", "added"]
    assert ["user-select:none" in style for _, style in rows] == [True, False]
    assert "loss" not in shown


def problem(line, title="no keras", cell=None, follows=""):
    place = {"line": line, "column": 0}
    return {"rule": "KI105", "title": title, "cell": cell, "range": place, "follows": follows}


def test_a_problem_is_told_once_with_all_its_places():
    found = grouped([problem(1), problem(2, "other"), problem(7), problem(9, follows="keras")])
    assert [[each["range"]["line"] for each in group] for group in found] == [[1, 7], [2]]


@pytest.mark.parametrize(
    ("problems", "words"),
    [
        ([problem(3)], "line 3"),
        ([problem(3), problem(3)], "line 3"),
        ([problem(3), problem(7)], "lines 3, 7"),
        ([problem(line) for line in range(1, 10)], "lines 1, 2, 3, 4, 5, 6 and 3 more"),
        ([problem(5, cell=2)], "cell 2 line 5"),
        ([problem(1, cell=cell) for cell in range(1, 15)], "in 14 cells: 1, 2, 3, 4, 5, 6 and 8 more"),
    ],
)
def test_places_in_words(problems, words):
    assert places(problems) == words


def test_uses_of_what_an_import_did_not_bind_are_counted():
    assert following([problem(1)]) == ""
    assert following([problem(4, follows="keras")]) == "1 more line uses a name that a failing import did not bind"
    assert following([problem(4, follows="k"), problem(5, follows="k")]).startswith("2 more lines use")

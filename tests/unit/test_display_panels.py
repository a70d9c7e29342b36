"""What panels show that no other result does."""

from __future__ import annotations

import re

from kerasmagic.display.changes import changes_html
from kerasmagic.display.panel_environment import section_rows


def test_the_environment_panel_shows_every_value_once() -> None:
    data = {"problems": [1], "keras": {"version": "3.1", "none": None}, "modules": [{"name": "numpy", "version": "2"}]}
    assert dict(section_rows(data)) == {
        "keras": [("version", "3.1")],
        "modules": [("numpy.name", "numpy"), ("numpy.version", "2")],
    }


def test_the_diff_of_the_check_panel() -> None:
    shown = changes_html("a = '<b>'\nb = 2\n", "a = '<i>'\nb = 2\n")
    lines = re.sub("<[^>]+>", "\n", shown).split("\n")
    assert [line for line in lines if line] == ["- ", "a = &#x27;&lt;b&gt;&#x27;", "+ ", "a = &#x27;&lt;i&gt;&#x27;"]
    assert "b = 2" not in shown, "what stays is not shown"

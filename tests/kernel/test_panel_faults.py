"""A click belongs to no cell: what breaks in a panel is one log line, and the panel can still be used."""

from __future__ import annotations

import re

import pytest

from kerasmagic.display import panel_environment, panel_optimizer
from kerasmagic.display.changes import changes_html
from kerasmagic.display.widgets import check_panel, environment_panel, optimizer_panel
from kerasmagic.kernel.snapshot import take_snapshot
from kerasmagic.optimizers import examine


def broken(*given, **named):
    raise RuntimeError("on purpose")


@pytest.fixture
def lines(caplog):
    return lambda: [each.getMessage() for each in caplog.records if each.name == "kerasmagic"]


def test_a_filter_that_breaks(monkeypatch, lines):
    search = environment_panel(take_snapshot(), []).widget.children[1]
    with monkeypatch.context() as fault:
        fault.setattr(panel_environment, "table", broken)
        search.value = "numpy"
    assert len(lines()) == 1
    assert "RuntimeError: on purpose" in lines()[0]
    search.value = "keras"
    assert len(lines()) == 1


def test_a_choice_that_breaks(monkeypatch, lines):
    panel = optimizer_panel(examine(None, {}, "tensorflow==2.15.1")).widget
    choice = panel.children[1]
    with monkeypatch.context() as fault:
        fault.setattr(panel_optimizer, "history_html", broken)
        choice.value = "SGD"
    assert len(lines()) == 1
    choice.value = "Adam"
    assert len(lines()) == 1
    assert "Adam" in panel.children[2].children[1].children[1].value


def test_a_corrected_cell_that_cannot_be_run_leaves_the_button(lines):
    panel = check_panel("x = 1", [("here", [])], "x = 2", broken).widget
    button = panel.children[2]
    button.click()
    assert len(lines()) == 1
    assert not button.disabled


def test_the_difference_is_shown_with_signs():
    shown = changes_html("x = 1\ny = 1", "x = 2\ny = 1")
    assert re.sub("<[^>]+>", "", shown) == "- x = 1+ x = 2"

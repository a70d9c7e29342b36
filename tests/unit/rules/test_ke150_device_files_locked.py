"""KE150: this user may not open the card's device files."""

from __future__ import annotations

import os

from machines import lines, working


def test_silent_where_they_are_open(tmp_path):
    assert working(tmp_path).told() == []


def test_told_where_they_are_not(tmp_path, monkeypatch):
    made = working(tmp_path)
    locked = str(made.root / "dev" / "nvidia0")
    monkeypatch.setattr(os, "access", lambda path, mode, access=os.access: path != locked and access(path, mode))
    problem = made.only("KE150")
    assert problem.title == f"This user may not open {locked}"
    assert "usermod" in lines(problem)[1]

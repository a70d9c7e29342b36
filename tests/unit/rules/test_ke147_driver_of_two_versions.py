"""KE147: the driver in memory and the driver on disk differ."""

from __future__ import annotations

from machines import MadeUp, working


def test_silent_where_they_are_the_same(tmp_path):
    assert working(tmp_path).told() == []


def test_told_after_an_upgrade(tmp_path):
    made = MadeUp(tmp_path).card().driver().device_files().libcuda("550.90.07").tensorflow().libraries()
    problem = made.only("KE147")
    assert problem.title == "NVIDIA's driver is 550.54.14 in memory and 550.90.07 on disk"
    assert problem.fixes[0].kind == "restart"

"""KE157: the program has hidden the GPU."""

from __future__ import annotations

from machines import working


def test_silent_where_one_is_shown(tmp_path):
    assert working(tmp_path).told("CPU GPU") == []


def test_told_where_none_is(tmp_path):
    problem = working(tmp_path).only("KE157", "CPU GPU(hidden)")
    assert problem.severity == "info"
    assert "tf.config.set_visible_devices" in problem.cause

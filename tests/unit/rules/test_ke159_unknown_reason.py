"""KE159: everything fits, and TensorFlow has found no GPU."""

from __future__ import annotations

from machines import MadeUp, lines, working


def test_silent_before_it_has_looked_and_where_it_found_one(tmp_path):
    assert working(tmp_path).told() == []
    assert working(tmp_path / "two").told("CPU GPU") == []


def test_silent_where_another_rule_tells(tmp_path):
    made = MadeUp(tmp_path).card().driver().device_files().libcuda().tensorflow()
    assert [problem.rule for problem in made.told("CPU")] == ["KE151"]


def test_says_where_to_look(tmp_path):
    (line,) = lines(working(tmp_path).only("KE159", "CPU"))
    assert line.startswith("!python -c ")


def test_of_2_16_the_links_come_first(tmp_path):
    made = MadeUp(tmp_path).card().driver().device_files().libcuda().tensorflow("2.16.2").libraries()
    assert "!ln -svf ../nvidia/*/lib/*.so* ." in lines(made.only("KE159", "CPU"))

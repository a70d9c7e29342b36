"""KE146: the driver is loaded, and this process has no access to the card."""

from __future__ import annotations

from machines import MadeUp, lines, working


def test_silent_where_all_is_here(tmp_path):
    assert working(tmp_path).told() == []


def test_a_container_without_the_card_is_a_note(tmp_path):
    made = MadeUp(tmp_path).card().driver().tensorflow()
    made.write(".dockerenv")
    problem = made.only("KE146")
    assert problem.severity == "info"
    assert lines(problem) == ["docker run --gpus all …"]


def test_device_files_that_were_not_made(tmp_path):
    made = MadeUp(tmp_path).card().driver().libcuda().tensorflow().libraries()
    assert lines(made.only("KE146")) == ["sudo nvidia-modprobe -u -c=0"]


def test_the_library_of_the_driver_is_missing(tmp_path):
    made = MadeUp(tmp_path).card().driver().device_files().tensorflow().libraries()
    assert lines(made.only("KE146")) == ["sudo apt install libnvidia-compute-550"]

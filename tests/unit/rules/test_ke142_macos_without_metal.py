"""KE142: a Mac without Apple's plug-in, or with one of another time."""

from __future__ import annotations

import pytest
from environments import put
from machines import MadeUp, lines


def mac(folder, version, metal="", architecture="arm64"):
    made = MadeUp(folder).tensorflow(version, cuda="")
    made.platform, made.architecture = "darwin", architecture
    if metal:
        put(made.site, "tensorflow-metal", metal)
    return made


@pytest.mark.parametrize("version, metal", [("2.16.2", "1.1.0"), ("2.18.0", "1.2.0")])
def test_silent_with_a_plug_in_that_fits(tmp_path, version, metal):
    assert mac(tmp_path, version, metal).told() == []


def test_silent_on_an_older_mac(tmp_path):
    assert mac(tmp_path, "2.16.2", architecture="x86_64").told() == []


@pytest.mark.parametrize(
    "version, line",
    [
        ("2.16.2", '%pip install "tensorflow-metal<1.2"'),
        ("2.18.0", '%pip install "tensorflow-metal>=1.2"'),
        ("2.20.0", '%pip install "tensorflow==2.18.*" "tensorflow-metal>=1.2"'),
    ],
)
def test_one_note_without_the_plug_in(tmp_path, version, line):
    problem = mac(tmp_path, version).only("KE142")
    assert problem.severity == "info"
    assert lines(problem) == [line]


def test_told_of_a_plug_in_that_does_not_load(tmp_path):
    problem = mac(tmp_path, "2.18.0", "1.1.0").only("KE142")
    assert problem.title == "tensorflow-metal 1.1.0 is not made for TensorFlow 2.18.0"

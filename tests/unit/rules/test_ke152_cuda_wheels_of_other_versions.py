"""KE152: the nvidia wheels are not those that TensorFlow's metadata names."""

from __future__ import annotations

import pytest
from environments import put
from machines import lines, working


@pytest.mark.parametrize("version", ["9.3.0.75", "9.10.2.21"])
def test_silent_where_they_fit(tmp_path, version):
    made = working(tmp_path)
    put(made.site, "nvidia-cudnn-cu12", version, package=False)
    assert made.told() == []


def test_told_of_an_older_one_and_of_who_asks_for_it(tmp_path):
    made = working(tmp_path)
    put(made.site, "nvidia-cudnn-cu12", "9.1.0.70", package=False)
    put(made.site, "torch", "2.5.1", "nvidia-cudnn-cu12==9.1.0.70")
    problem = made.only("KE152")
    assert "names nvidia-cudnn-cu12 9.3.0.75" in problem.cause
    assert "torch 2.5.1" in problem.cause
    assert lines(problem) == ['%pip install "tensorflow[and-cuda]==2.19.1"']
    assert made.told("CPU GPU") == []

"""KE154: CUDA_VISIBLE_DEVICES hides the card."""

from __future__ import annotations

import pytest
from machines import MadeUp, lines, working


@pytest.mark.parametrize("value", ["0", "0,1", "GPU-8a1b2c3d", "MIG-1/2/0"])
def test_silent_where_it_names_one(tmp_path, value):
    assert working(tmp_path).told(CUDA_VISIBLE_DEVICES=value) == []


def test_silent_without_a_card(tmp_path):
    assert MadeUp(tmp_path).tensorflow().told(CUDA_VISIBLE_DEVICES="-1") == []


@pytest.mark.parametrize("value, severity", [("-1", "info"), ("", "info"), ("1", "warning")])
def test_told_where_it_names_none(tmp_path, value, severity):
    problem = working(tmp_path).only("KE154", CUDA_VISIBLE_DEVICES=value)
    assert (problem.severity, problem.title.split(" hides ")[0]) == (severity, f"CUDA_VISIBLE_DEVICES={value!r}")
    assert lines(problem) == ["import os", 'os.environ["CUDA_VISIBLE_DEVICES"] = "0"']

"""KE145: a card without NVIDIA's driver."""

from __future__ import annotations

import pytest
from machines import MadeUp, lines, working


def test_silent_with_the_driver_and_without_a_card(tmp_path):
    assert working(tmp_path / "one").told() == []
    assert MadeUp(tmp_path / "two").tensorflow().told("CPU") == []
    assert MadeUp(tmp_path / "three").card(vendor="0x8086", driver="i915").tensorflow().told("CPU") == []


@pytest.mark.parametrize("driver, cause", [("nouveau", "to nouveau, which CUDA"), ("", "/proc/driver/nvidia")])
def test_told_of_a_card_that_has_another_driver_or_none(tmp_path, driver, cause):
    problem = MadeUp(tmp_path).card(driver=driver).tensorflow().libraries().only("KE145")
    assert cause in problem.cause
    assert lines(problem)[0] == "sudo ubuntu-drivers install"

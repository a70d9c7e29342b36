"""KE156: a card of AMD's with ROCm."""

from __future__ import annotations

from machines import MadeUp, lines


def test_silent_with_a_laptops_graphics(tmp_path):
    assert MadeUp(tmp_path).card(vendor="0x1002", driver="amdgpu").tensorflow().told("CPU") == []


def test_told_where_rocm_is_installed(tmp_path):
    made = MadeUp(tmp_path).card(vendor="0x1002", driver="amdgpu").tensorflow()
    made.write("opt/rocm/.info/version", "6.2.0")
    assert lines(made.only("KE156")) == ["%pip uninstall -y tensorflow", "%pip install tensorflow-rocm"]

"""KE144: TensorFlow's wheels for ARM Linux are for the CPU."""

from __future__ import annotations

from machines import MadeUp, working


def test_silent_with_a_build_for_cuda(tmp_path):
    made = working(tmp_path)
    made.architecture = "aarch64"
    assert made.told("CPU GPU") == []


def test_told_with_a_card(tmp_path):
    made = MadeUp(tmp_path).card().driver().device_files().libcuda().tensorflow(cuda="")
    made.architecture = "aarch64"
    assert "NVIDIA's container image" in made.only("KE144").fixes[0].title

"""KE158: a program that looks for a GPU on a machine without a card."""

from __future__ import annotations

import pytest
from machines import MadeUp, working

ASKS = "print(len(tf.config.list_physical_devices('GPU')))"


def test_silent_where_nobody_looks_for_one_and_where_it_is_used(tmp_path):
    made = MadeUp(tmp_path / "one").tensorflow()
    assert made.told() == made.told("CPU") == made.told("CPU", ("model.fit(x, y)", "devices = tf.config")) == []
    assert working(tmp_path / "two").told("CPU GPU", (ASKS,)) == []
    assert MadeUp(tmp_path / "three").tensorflow().told("CPU TPU", (ASKS,)) == []
    assert MadeUp(tmp_path / "four").told("CPU", (ASKS,)) == []


@pytest.mark.parametrize(
    "cell",
    [
        ASKS,
        'gpus = tf.config.experimental.list_logical_devices(device_type="GPU")',
        "device_name = tf.test.gpu_device_name()",
        "tf.test.is_gpu_available()",
        "!nvidia-smi",
        "with tf.device('/GPU:0'):\n    model.fit(x, y)",
        "with tf.device('/device:GPU:0'):\n    model.fit(x, y)",
        "tf.config.experimental.get_memory_info('GPU:0')",
    ],
)
def test_a_program_that_looks_for_one_is_told_quietly_that_there_is_none(tmp_path, cell):
    problem = MadeUp(tmp_path).tensorflow().only("KE158", "CPU", ("import tensorflow as tf", cell))
    assert (problem.title, problem.severity) == (
        "This machine shows no NVIDIA GPU: TensorFlow runs on the CPU",
        "info",
    )
    assert problem.cause == "There is neither a card of NVIDIA's on its bus, nor its driver in /proc, nor /dev/nvidia0."
    assert problem.fixes[0].title.startswith("Run it on a machine with an NVIDIA GPU")


def test_a_container_and_a_linux_inside_of_windows_may_have_one_outside(tmp_path):
    made = MadeUp(tmp_path / "one").tensorflow()
    made.write(".dockerenv")
    assert "docker run --gpus all" in made.only("KE158", "CPU", (ASKS,)).cause
    made = MadeUp(tmp_path / "two").tensorflow()
    made.write("proc/version", "Linux version 5.15.0-microsoft-standard-WSL2")
    assert made.only("KE158", "CPU", (ASKS,)).cause.startswith("Windows passes none on")


def test_other_cards_and_other_systems_have_rules_of_their_own(tmp_path):
    amd = MadeUp(tmp_path / "one").card("0x1002", "amdgpu").tensorflow()
    amd.only("KE158", "CPU", (ASKS,))
    amd.write("opt/rocm/bin/rocminfo")
    assert [problem.rule for problem in amd.told("CPU", (ASKS,))] == ["KE156"]
    windows = MadeUp(tmp_path / "two").tensorflow(cuda="")
    windows.platform = "win32"
    assert windows.told("CPU", (ASKS,)) == []

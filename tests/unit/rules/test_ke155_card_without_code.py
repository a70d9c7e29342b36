"""KE155: a card that is older, or newer, than the code in the wheel."""

from __future__ import annotations

import pytest
from machines import MadeUp, lines


def machine(folder, model):
    return MadeUp(folder).card().driver(model=model).device_files().libcuda().tensorflow().libraries()


@pytest.mark.parametrize(
    "model", ["Tesla T4", "NVIDIA GeForce GTX 1080 Ti", "NVIDIA H100 80GB HBM3", "NVIDIA RTX A5000", "Quadro RTX 5000"]
)
def test_silent_of_what_the_wheel_is_for(tmp_path, model):
    assert machine(tmp_path, model).told() == []


@pytest.mark.parametrize(
    "model, line",
    [
        ("NVIDIA GeForce GTX 980", ['%pip install "tensorflow[and-cuda]==2.16.2"']),
        ("Tesla M40", ['%pip install "tensorflow[and-cuda]==2.16.2"']),
        ("Tesla K80", []),
    ],
)
def test_too_old(tmp_path, model, line):
    problem = machine(tmp_path, model).only("KE155")
    assert problem.title == f"The {model} is too old for TensorFlow 2.19.1"
    assert lines(problem) == line


@pytest.mark.parametrize("devices", [None, "CPU GPU"])
@pytest.mark.parametrize("model", ["NVIDIA GeForce RTX 5090", "NVIDIA GeForce RTX 5080 Laptop GPU", "NVIDIA B200"])
def test_too_new_even_if_it_is_listed(tmp_path, model, devices):
    problem = machine(tmp_path, model).only("KE155", devices)
    assert problem.title.startswith(f"The {model} is newer than TensorFlow 2.19.1")

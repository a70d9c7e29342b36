"""KE132: tensorflow-gpu and TensorFlow Addons."""

from __future__ import annotations

import sys

import pytest
from commands import only, told
from environments import put


@pytest.mark.parametrize(
    "line", ["%pip install tensorflow", "%pip install 'tensorflow-gpu<2.12'", "%pip install keras"]
)
def test_silent(line):
    assert "KE132" not in [rule for rule, _ in told(line)]


def test_addons_on_a_python_that_it_is_for(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 11, 4, "final", 0))
    assert told("%pip install tensorflow-addons") == []


def test_addons_on_a_newer_one(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 12, 1, "final", 0))
    assert told("%pip install tensorflow-addons==0.23.0") == [("KE132", "error")]


@pytest.mark.parametrize("line", ["%pip install -U tensorflow-gpu", "!uv pip install 'tensorflow_gpu>=2.8'"])
def test_tensorflow_gpu(kernel, line):
    assert only("KE132", line).fixes[0].commands == ('%pip install "tensorflow[and-cuda]"',)


def test_tensorflow_gpu_where_a_tensorflow_is_installed(kernel):
    put(kernel, "tensorflow-cpu", "2.16.2")
    (fix,) = only("KE132", "%pip install tensorflow-gpu").fixes
    assert fix.title.startswith("TensorFlow 2.16.2 (tensorflow-cpu) is installed already: delete this line")
    assert not fix.commands

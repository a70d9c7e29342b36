"""KE138: uv without an environment."""

from __future__ import annotations

import sys

import pytest
from commands import only, told

from kerasmagic.rules.session import ke138_uv_without_environment


@pytest.fixture(autouse=True)
def in_an_empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "UV_PYTHON", "UV_SYSTEM_PYTHON"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("pip", "commands"),
    [
        (object(), ("%pip install -q tensorflow-cpu",)),
        (None, ("import sys", "!uv pip install --python {sys.executable} -q tensorflow-cpu")),
    ],
    ids=["a kernel with pip", "a kernel without pip"],
)
def test_told_where_it_finds_none(monkeypatch, pip, commands):
    monkeypatch.setattr(ke138_uv_without_environment, "find_spec", {"pip": pip}.get)
    problem = only("KE138", "!uv pip install -q tensorflow-cpu")
    assert problem.title == "`!uv pip` finds no environment to install into"
    assert problem.fixes[0].commands == commands


@pytest.mark.parametrize("how", ["VIRTUAL_ENV", ".venv"])
def test_told_where_it_finds_another_one(monkeypatch, tmp_path, how):
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("")
    if how == "VIRTUAL_ENV":
        monkeypatch.setenv(how, str(tmp_path / "elsewhere"))
    assert "another environment" in only("KE138", "!uv pip install keras").title


@pytest.mark.parametrize(
    "line",
    [
        "%uv pip install keras",
        "!uv pip install --system keras",
        "!uv pip install -p /usr/bin/python3 keras",
        "!uv sync",
    ],
)
def test_silent_where_it_is_told_where_to_install(line):
    assert "KE138" not in [rule for rule, _ in told(line)]


@pytest.mark.parametrize(("name", "value"), [("VIRTUAL_ENV", sys.prefix), ("UV_SYSTEM_PYTHON", "1")])
def test_silent_where_it_finds_the_kernels(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert told("!uv pip install keras") == []


def test_silent_where_a_file_tells_uv_more(tmp_path):
    (tmp_path / "uv.toml").write_text("[pip]\nsystem = true\n")
    assert told("!uv pip install keras") == []

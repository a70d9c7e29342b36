"""KE135: an install where there is no pip."""

from __future__ import annotations

import sys

import pytest
from commands import only, only_on_path, own_pip, told

from kerasmagic.rules.session import ke135_no_pip


def test_silent_where_it_is_there(monkeypatch, tmp_path):
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    only_on_path(monkeypatch, own_pip(tmp_path))
    assert told("!pip install keras") == told("!uv pip install keras") == []


def test_no_pip_on_path(monkeypatch, tmp_path):
    only_on_path(monkeypatch, tmp_path)
    assert only("KE135", "!pip install keras").fixes[0].title == "Write %pip instead of !pip"


@pytest.mark.parametrize("line", ["%pip install keras", "!{sys.executable} -m pip install keras"])
def test_no_pip_in_the_environment(monkeypatch, line):
    monkeypatch.setattr(ke135_no_pip, "find_spec", lambda name: None)
    assert only("KE135", line).fixes[0].commands == ("!{sys.executable} -m ensurepip --upgrade",)

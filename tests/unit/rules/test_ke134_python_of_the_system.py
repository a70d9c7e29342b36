"""KE134: a Python that its system has closed for pip."""

from __future__ import annotations

import sys
import sysconfig

import pytest
from commands import only, told

LINE = "%pip install keras"


@pytest.fixture
def closed(tmp_path, monkeypatch):
    (tmp_path / "EXTERNALLY-MANAGED").write_text("[externally-managed]\n")
    paths = sysconfig.get_path
    monkeypatch.setattr(
        sysconfig, "get_path", lambda name, *more: str(tmp_path) if name == "stdlib" else paths(name, *more)
    )
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)
    monkeypatch.delenv("PIP_BREAK_SYSTEM_PACKAGES", raising=False)


def test_silent_where_it_is_open():
    assert "KE134" not in [rule for rule, _ in told(LINE)]


def test_silent_in_an_environment(closed, monkeypatch):
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    assert "KE134" not in [rule for rule, _ in told(LINE)]


@pytest.mark.parametrize("option", ["--break-system-packages", "--target=here"])
def test_silent_with_an_option_that_pip_accepts(closed, option):
    assert "KE134" not in [rule for rule, _ in told(f"{LINE} {option}")]


def test_told_with_the_way_out(closed):
    problem = only("KE134", LINE)
    assert "externally-managed-environment" in problem.cause
    assert problem.fixes[0].commands[0] == "!{sys.executable} -m venv ~/keras-env"

"""KE133: the pip on PATH is of another Python."""

from __future__ import annotations

import sys

import pytest
from commands import only, only_on_path, own_pip, script, told

from kerasmagic.diagnosis.installs import explain_installs
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.kernel.interpreter import find_pip
from kerasmagic.rules import RULES

PYENV = ("#!/usr/bin/env bash", "set -e", 'exec "/home/me/.pyenv/libexec/pyenv" exec "pip" "$@"')


@pytest.fixture
def shim(tmp_path):
    return script(tmp_path / ".pyenv" / "shims" / "pip", *PYENV)


@pytest.mark.parametrize("line", ["%pip install keras", "!uv pip install keras", "!conda install keras", "!pip list"])
def test_silent_of_other_commands(monkeypatch, shim, line):
    only_on_path(monkeypatch, shim.parent)
    assert "KE133" not in [rule for rule, _ in told(line)]


def test_silent_where_it_is_the_kernels(monkeypatch, tmp_path):
    only_on_path(monkeypatch, own_pip(tmp_path))
    assert told("!pip install keras") == []


def test_a_shim_hands_over_to_a_python_of_the_manager(monkeypatch, shim):
    only_on_path(monkeypatch, shim.parent)
    problem = only("KE133", "!pip install -q keras==2.15 # old")
    assert "is a shim of pyenv" in problem.cause
    assert problem.fixes[0].commands == ("%pip install -q keras==2.15 # old",)


def test_told_after_an_install_that_this_kernel_sees_nothing_of(monkeypatch, shim):
    only_on_path(monkeypatch, shim.parent)
    found = explain_installs("!pip install no-such-package-here", 0, KernelWorld(RULES, {}))
    assert [problem.rule for problem in found] == ["KE133"]
    assert explain_installs("!pip install packaging", 0, KernelWorld(RULES, {})) == []


@pytest.mark.parametrize(("file", "chosen"), [("version", "3.12.1"), (".python-version", "3.11.7")])
def test_the_python_that_pyenv_has_chosen(monkeypatch, shim, tmp_path, file, chosen):
    root = tmp_path / ".pyenv"
    for version in ("3.11.7", "3.12.1"):
        (root / "versions" / version / "bin").mkdir(parents=True)
        (root / "versions" / version / "bin" / "python").write_text("")
    ((root if file == "version" else tmp_path) / file).write_text(chosen + "\n")
    monkeypatch.chdir(tmp_path)
    for version in ("3.11.7", "3.12.1"):
        prefix = str(root / "versions" / version)
        pip = find_pip({"PATH": str(shim.parent)}, f"{prefix}/bin/python", prefix)
        assert pip.manager == "pyenv"
        assert pip.installs_here is (version == chosen)


def test_a_python_of_another_environment(monkeypatch, tmp_path):
    script(tmp_path / "bin" / "python", "#!/bin/sh")
    (tmp_path / "pyvenv.cfg").write_text("")
    only_on_path(monkeypatch, tmp_path / "bin")
    assert told("!python -m pip install keras") == [("KE133", "warning")]
    assert sys.executable in only("KE133", "!python -m pip install keras").cause

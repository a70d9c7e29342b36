"""A failed install raises nothing: it is answered below its own output."""

from __future__ import annotations

import os
import sys

import pytest


@pytest.fixture
def pip(tmp_path, monkeypatch):
    """A pip of this very Python, which says and does what a test wants."""

    def make(*lines: str) -> None:
        path = tmp_path / "bin" / "pip"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join([f"#!{sys.executable}", *lines]))
        path.chmod(0o755)
        monkeypatch.setenv("PATH", os.pathsep.join([str(path.parent), "/usr/bin", "/bin"]))

    return make


FAILS = ("import sys", "print('ERROR: No matching distribution found for tensorflow==2.1.0')", "sys.exit(1)")


def shown(shell, capsys, cell: str) -> str:
    capsys.readouterr()
    assert shell.run_cell(cell, store_history=True).success
    return capsys.readouterr().out


@pytest.mark.parametrize("cell", ["!pip install tensorflow==2.1.0", "x = 1\n!pip install -q 'tensorflow==2.1.0'"])
def test_the_reason_is_told_once_below_what_pip_says(shell, capsys, pip, cell):
    pip(*FAILS)
    text = shown(shell, capsys, cell)
    assert text.count("tensorflow==2.1.0 has no wheel for Python") == 1
    assert shown(shell, capsys, "'nothing to install here'").count("wheel") == 0


@pytest.mark.parametrize(
    "cell",
    [
        "!pip install no-such-package-here",
        "!pip install packaging",
        "print('pip install tensorflow==2.1.0')",
        "if False:\n    !pip install packaging",
    ],
)
def test_silent_where_nothing_is_certain(shell, capsys, pip, cell):
    pip(*FAILS)
    assert "wheel" not in shown(shell, capsys, cell).replace(FAILS[1], "")


def test_silent_where_it_worked(shell, capsys, pip):
    pip("print('Successfully installed')")
    assert "wheel" not in shown(shell, capsys, "!pip install tensorflow==2.1.0")


def test_announced_by_a_check_it_is_not_told_again(shell, capsys, pip):
    pip(*FAILS)
    text = shown(shell, capsys, "%%keras_check\n!pip install tensorflow==2.1.0")
    assert text.count("has no wheel for Python") == 1


def test_captured_it_is_told_after_the_cell(shell, capsys, pip):
    pip(*FAILS)
    assert shown(shell, capsys, "%%capture\n!pip install tensorflow==2.1.0").count("has no wheel for Python") == 1


def test_quiet_and_unloaded_it_says_nothing(shell, capsys, pip):
    pip(*FAILS)
    shell.run_line_magic("config", "KerasMagic.quiet = True")
    assert "wheel" not in shown(shell, capsys, "!pip install tensorflow==2.1.0")
    shell.run_line_magic("unload_ext", "kerasmagic")
    assert "wheel" not in shown(shell, capsys, "!pip install tensorflow==2.1.0")

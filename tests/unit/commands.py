"""Commands made up for the tests of what a cell runs: scripts on a PATH of their own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kerasmagic.diagnosis.engine import KernelWorld, check_cell
from kerasmagic.rules import RULES


def script(path: Path, first_line: str, *more: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([first_line, *more, ""]))
    path.chmod(0o755)
    return path


def only_on_path(monkeypatch, *folders: Path) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))


def own_pip(folder: Path, *more: str) -> Path:
    """A pip of this very Python."""
    return script(folder / "pip", f"#!{sys.executable}", *more).parent


def told(cell: str) -> list[tuple[str, str]]:
    """What is said about a cell before it runs in this process."""
    return [(problem.rule, problem.severity) for problem in check_cell(cell, KernelWorld(RULES, {}))]


def only(code: str, cell: str):
    (found,) = [problem for problem in check_cell(cell, KernelWorld(RULES, {})) if problem.rule == code]
    return found

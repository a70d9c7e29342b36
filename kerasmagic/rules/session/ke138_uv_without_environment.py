"""``!uv pip install`` in a kernel, where uv finds no environment, or another one than the kernel's."""

from __future__ import annotations

import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Iterator

from ...diagnosis.model.problem import ERROR, WARNING, Fix, Problem
from ...diagnosis.model.rule import FAILS, Lesson, Rule
from .installs import fails, installs, is_here

if TYPE_CHECKING:
    from ...diagnosis.evidence.cell import CellFacts
    from ...diagnosis.resolve.world import World

_UV = re.compile(r"!+\s*(?:\S*/)?uv\s+pip\s+install\s+(?P<rest>.*)")
_TOLD_WHERE = re.compile(r"(?:^|\s)(?:--python|-p|--system|--target|-t|--prefix|--break-system-packages)\b")
_VARIABLES = ("UV_PYTHON", "UV_SYSTEM_PYTHON")


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    told = set()
    for install in installs(facts) if is_here(world) else ():
        written, where = install.reference.written, install.reference.range
        line = _UV.match(written)
        if line is None or _TOLD_WHERE.search(line["rest"]) or where in told or _is_configured():
            continue
        place = _environment()
        if place is None or place.resolve() != Path(sys.prefix).resolve():
            told.add(where)
            problem = fails("KE138", install, _title(place), _cause(place), _fix(line["rest"].strip()))
            yield problem._replace(severity=WARNING) if problem.severity == ERROR else problem


def _is_configured() -> bool:
    """Whether a variable or a file tells uv what we do not know."""
    here = Path.cwd()
    files = [
        Path("/etc/uv/uv.toml"),
        Path("~/.config/uv/uv.toml").expanduser(),
        here / "uv.toml",
        here / "pyproject.toml",
    ]
    return any(map(os.environ.get, _VARIABLES)) or any(file.is_file() for file in files)


def _title(place: Path | None) -> str:
    if place is None:
        return "`!uv pip` finds no environment to install into"
    return "`!uv pip` installs into another environment, not into this kernel"


def _cause(place: Path | None) -> str:
    found = "" if place is None else f", and finds {place}"
    where = f"uv looks for VIRTUAL_ENV, CONDA_PREFIX and a folder .venv{found}."
    return f"{where} It does not know this kernel's Python, {sys.executable}."


def _environment() -> Path | None:
    """Where ``uv pip install`` installs, by uv's own rule; None where it finds nothing."""
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if os.environ.get(name):
            return Path(os.environ[name])
    here = Path.cwd()
    return next(
        (place / ".venv" for place in (here, *here.parents) if (place / ".venv" / "pyvenv.cfg").is_file()), None
    )


def _fix(rest: str) -> Fix:
    if find_spec("pip") is not None:
        return Fix(
            "install",
            "Install with %pip",
            commands=(f"%pip install {rest}",),
            evidence="%pip uses the kernel's own Python.",
        )
    line = f"!uv pip install --python {{sys.executable}} {rest}"
    return Fix("install", "Tell uv which Python this kernel has", commands=("import sys", line))


RULE = Rule(
    code="KE138",
    name="uv without an environment",
    lesson=Lesson(
        what='`!uv pip install tensorflow` says "No virtual environment found", or installs, and `import tensorflow` '
        "finds nothing.",
        why="uv installs into the environment that is active in the shell (VIRTUAL_ENV, CONDA_PREFIX), or into a "
        "folder .venv here or above. A kernel is started by its interpreter and activates nothing.",
        related=("KE133", "KE135"),
    ),
    on_cell=on_cell,
    install=FAILS,
)

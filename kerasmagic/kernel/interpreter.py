"""The Python of this kernel, where it lives, and whether ``pip`` in a shell would install into it."""

from __future__ import annotations

import os
import platform
import re
import sys
from dataclasses import dataclass
from typing import Any, Mapping

_SHEBANG = re.compile(rb"#![ \t]*(?P<python>[^\r\n\x00]+)")
_TRAMPOLINE = re.compile(rb"'''exec'[ \t]+\"?(?P<python>[^\"\r\n]+?)\"?[ \t]+\"\$0\"")


@dataclass(frozen=True)
class Pip:
    """The ``pip`` that ``!pip`` or a terminal finds."""

    path: str
    python: str
    """The interpreter that it runs with, empty if that could not be read."""
    installs_here: bool | None
    """Whether it installs into this kernel; None: could not be told without running it."""

    def to_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class Interpreter:
    version: str
    implementation: str
    executable: str
    prefix: str
    home: str
    """``venv``, ``conda``, ``pyenv`` or ``system``."""
    platform: str
    machine: str
    pip: Pip | None
    """None: there is no ``pip`` on PATH."""

    def to_dict(self) -> dict[str, Any]:
        return {**self.__dict__, "pip": self.pip.to_dict() if self.pip else None}


def read_interpreter(environment: Mapping[str, str] | None = None) -> Interpreter:
    return Interpreter(
        version=platform.python_version(),
        implementation=platform.python_implementation(),
        executable=sys.executable or "",
        prefix=sys.prefix,
        home=_home(),
        platform=sys.platform,
        machine=platform.machine(),
        pip=find_pip(os.environ if environment is None else environment, sys.executable or "", sys.prefix),
    )


def _home() -> str:
    if os.path.isdir(os.path.join(sys.prefix, "conda-meta")):
        return "conda"
    if sys.prefix != sys.base_prefix:
        return "venv"
    return "pyenv" if f"{os.sep}.pyenv{os.sep}" in sys.prefix else "system"


def find_pip(environment: Mapping[str, str], executable: str, prefix: str) -> Pip | None:
    """The first ``pip`` on PATH, and the interpreter it belongs to, read from the script; nothing is run."""
    path = _which("pip", environment)
    if not path:
        return None
    python = _interpreter_of(path, environment)
    return Pip(path, python, _same_environment(python, executable, prefix) if python else None)


def _which(name: str, environment: Mapping[str, str]) -> str:
    names = [f"{name}.exe", f"{name}.bat", name] if os.name == "nt" else [name]
    for directory in environment.get("PATH", "").split(os.pathsep):
        for candidate in names:
            path = os.path.join(directory, candidate)
            if directory and os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    return ""


def _interpreter_of(script: str, environment: Mapping[str, str]) -> str:
    """The interpreter in a script's first lines (or at the end of a Windows launcher); empty if there is none."""
    try:
        with open(script, "rb") as file:
            start = file.read(1024)
            if start.startswith(b"MZ"):
                file.seek(0, os.SEEK_END)
                file.seek(max(0, file.tell() - 200_000))
                start = file.read()[-200_000:]
                start = start[start.rfind(b"#!") :] if b"#!" in start else b""
    except OSError:
        return ""
    trampoline = _TRAMPOLINE.search(start)  # A path that is too long, or has a space, stands in a shell command.
    if trampoline:
        return trampoline["python"].decode("utf-8", errors="replace")
    shebang = _SHEBANG.match(start)
    words = shebang["python"].decode("utf-8", errors="replace").strip().strip('"').split() if shebang else []
    if words and os.path.basename(words[0]) == "env":
        words = [_which(words[-1], environment)]
    python = words[0] if words else ""
    return python if re.search("python|pypy", os.path.basename(python)) else ""


def _same_environment(python: str, executable: str, prefix: str) -> bool:
    """Whether two interpreters install into the same place.

    Inside a virtual environment the interpreter is a link to its base, so that only its directory tells the two apart.
    """
    directory, own = (os.path.normcase(os.path.abspath(os.path.dirname(path))) for path in (python, executable))
    if directory == own:
        return os.path.realpath(python) == os.path.realpath(executable)
    for here in (directory, own):
        if os.path.isfile(os.path.join(os.path.dirname(here), "pyvenv.cfg")):
            return False
    return os.path.realpath(python) == os.path.realpath(executable)

"""The Python of this kernel, where it lives, and whether ``pip`` in a shell would install into it."""

from __future__ import annotations

import os
import platform
import re
import sys
import sysconfig
from typing import Any, Mapping, NamedTuple

_SHEBANG = re.compile(rb"#![ \t]*(?P<python>[^\r\n\x00]+)")
_TRAMPOLINE = re.compile(rb"'''exec'[ \t]+\"?(?P<python>[^\"\r\n]+?)\"?[ \t]+\"\$0\"")


class Pip(NamedTuple):
    """The ``pip`` that ``!pip`` or a terminal finds."""

    path: str
    python: str
    """The interpreter that it runs with, empty if that could not be read."""
    installs_here: bool | None
    """Whether it installs into this kernel; None: could not be told without running it."""
    manager: str = ""
    """Which manager of Pythons has put a shim there: ``pyenv``. A shim hands over to the Python that is chosen."""

    def to_dict(self) -> dict[str, Any]:
        return self._asdict()


class Interpreter(NamedTuple):
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
    managed_by: str
    """The file by which a system forbids pip to install into its Python (PEP 668); empty: pip may."""

    def to_dict(self) -> dict[str, Any]:
        return {**self._asdict(), "pip": self.pip.to_dict() if self.pip else None}


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
        managed_by=managed_by(),
    )


def managed_by() -> str:
    """The file by which a system closes this Python for pip (PEP 668); empty: it is open, or an environment."""
    path = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")
    return path if sys.prefix == sys.base_prefix and os.path.isfile(path) else ""


def _home() -> str:
    if os.path.isdir(os.path.join(sys.prefix, "conda-meta")):
        return "conda"
    if sys.prefix != sys.base_prefix:
        return "venv"
    return "pyenv" if f"{os.sep}.pyenv{os.sep}" in sys.prefix else "system"


def find_pip(environment: Mapping[str, str], executable: str, prefix: str) -> Pip | None:
    """The first ``pip`` on PATH, and the interpreter it belongs to, read from the script; nothing is run."""
    path = _which("pip", environment)
    return _judged(path, _interpreter_of(path, environment), environment, executable, prefix) if path else None


def find_python(environment: Mapping[str, str], executable: str, prefix: str) -> Pip | None:
    """The pip of the first ``python`` on PATH, which ``python -m pip`` runs."""
    path = _which("python", environment)
    return _judged(path, "" if _shims(path)[0] else path, environment, executable, prefix) if path else None


def _judged(path: str, python: str, environment: Mapping[str, str], executable: str, prefix: str) -> Pip:
    """A command with the interpreter that it runs in the end."""
    shims, manager = ("", "") if python else _shims(path)
    if not manager:
        return Pip(path, python, _same_environment(python, executable, prefix) if python else None)
    if not _inside(prefix, os.path.dirname(shims)):  # It hands over to one of the manager's own Pythons.
        return Pip(path, "", False, manager)
    chosen = _chosen(shims, environment)
    return Pip(path, chosen, _same_environment(chosen, executable, prefix) if chosen else None, manager)


def whose(pip: Pip) -> str:
    """To whom a pip belongs, in words."""
    if pip.manager:
        to = pip.python or f"a Python of {pip.manager}'s"
        return f"{pip.path} is a shim of {pip.manager}, which hands over to {to}"
    return f"{pip.path} belongs to {pip.python}" if pip.python else f"{pip.path} is a script that names no Python"


def _shims(path: str) -> tuple[str, str]:
    """The folder of shims that a script lies in, and the manager that made it: pyenv, asdf, mise."""
    folder = os.path.dirname(path)
    if os.path.basename(folder) != "shims":
        return "", ""
    manager = os.path.basename(os.path.dirname(folder)).lstrip(".")
    return folder, "pyenv" if manager.startswith("pyenv") or manager == "pyenv-win" else manager


def _chosen(shims: str, environment: Mapping[str, str]) -> str:
    """The interpreter that pyenv's shim hands over to, by pyenv's own rule: PYENV_VERSION, a file ``.python-version``
    here or above, the file ``version``; empty where that names none of its versions."""
    root = os.path.dirname(shims)
    here = os.getcwd()
    places = [here]
    while os.path.dirname(places[-1]) != places[-1]:
        places.append(os.path.dirname(places[-1]))
    files = [*(os.path.join(place, ".python-version") for place in places), os.path.join(root, "version")]
    named = environment.get("PYENV_VERSION") or next(filter(None, map(_first_line, files)), "")
    for name in re.split(r"[:\s]+", named):
        python = os.path.join(root, "versions", name, "bin", "python")
        if name and os.path.isfile(python):
            return python
    return ""


def _first_line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline(200).strip()
    except OSError:
        return ""


def _inside(path: str, parent: str) -> bool:
    return os.path.realpath(path).startswith(os.path.realpath(parent) + os.sep)


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

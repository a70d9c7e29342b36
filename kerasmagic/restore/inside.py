"""What runs in the kernel: it loads kerasmagic there, and tells what the kernel knows better than we do."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import platform
import re
import sys
from pathlib import PurePath
from typing import Any, Sequence

MARK = "kerasmagic.restore "
_MODULE = re.compile(r"module '([\w.]+)'.* has no attribute")
# They may be missing in the kernel; what is loaded while our folder is on the path stays.
_NEEDED = (
    "packaging.markers",
    "packaging.requirements",
    "packaging.specifiers",
    "packaging.utils",
    "packaging.version",
)


def begin(shell: Any, argv: Sequence[str]) -> None:
    """Load the extension, and tell what is installed.

    Arguments:
        shell: IPython's.
        argv: for a script: its path, and its arguments.
    """
    for name in _NEEDED:
        importlib.import_module(name)
    from ..diagnosis.resolve.kernel import KernelWorld
    from ..rules import RULES

    with contextlib.redirect_stdout(io.StringIO()):
        shell.extension_manager.load_extension("kerasmagic")
    for each in shell.configurables:
        if type(each).__name__ == "KerasMagic":
            each.watch, each.quiet = True, False  # whatever the user's configuration says
    if argv:
        sys.argv[:] = argv
        shell.user_ns["__file__"] = argv[0]
    target = KernelWorld(RULES).target
    _tell(
        {
            "python": platform.python_version(),
            "releases": dict(target.asked) if target else {},
            "legacy": bool(target and target.legacy),
        }
    )


def origin(shell: Any) -> None:
    """Tell where the last exception comes from."""
    error = getattr(sys, "last_value", None)
    if not isinstance(error, BaseException):
        _tell({})
        return
    packages: dict[str, None] = {}
    traceback, line = error.__traceback__, None
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_globals is shell.user_ns:
            line = traceback.tb_lineno
        if {"site-packages", "dist-packages"}.intersection(PurePath(frame.f_code.co_filename).parts):
            package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
            packages.pop(package, None)
            packages[package] = None
        traceback = traceback.tb_next
    packages.pop("IPython", None)
    _tell(
        {
            "packages": list(packages),
            "kinds": [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__],
            "about": _about(error),
            "name": _undefined(error) if isinstance(error, NameError) else "",
            "line": line or getattr(error, "lineno", None),
        }
    )


def _about(error: BaseException) -> str:
    """The module or package that an exception names."""
    if isinstance(error, ImportError):
        return str(error.name or "")
    if isinstance(error, AttributeError):
        module = _MODULE.search(str(error))
        if module:
            return module.group(1)
        owner = type(getattr(error, "obj", None)).__module__.partition(".")[0]  # from Python 3.10 on
        return "" if owner in ("builtins", "__main__") else owner
    return ""


def _undefined(error: NameError) -> str:
    """``NameError.name`` exists from Python 3.10 on."""
    return str(getattr(error, "name", None) or str(error).partition("'")[2].partition("'")[0])


def _tell(data: Any) -> None:
    print(MARK + json.dumps(data))

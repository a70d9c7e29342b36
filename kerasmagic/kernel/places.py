"""Which kind of place a directory of the search path is."""

from __future__ import annotations

import os
import re
import sys
from typing import Mapping

USER_SITE, PYTHONPATH, KERNEL, SYSTEM, OTHER = (
    "the user's site-packages",
    "PYTHONPATH",
    "this environment's site-packages",
    "the base Python's site-packages",
    "another directory on sys.path",
)


def place(directory: str, environment: Mapping[str, str] | None = None) -> str:
    """What kind of place a directory is, in words."""
    environment = os.environ if environment is None else environment
    directory = _canonical(directory)
    if directory in map(_canonical, filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))):
        return PYTHONPATH
    if os.path.basename(directory) not in ("site-packages", "dist-packages"):
        return OTHER
    if _inside(directory, _user_base(environment)):
        return USER_SITE
    if _inside(directory, sys.prefix):
        return KERNEL
    return SYSTEM if _inside(directory, sys.base_prefix) or directory.startswith("/usr/") else OTHER


def other_python(directory: str) -> str:
    """The release of another Python that a directory's packages are for; empty where it is not another one."""
    named = re.search(r"[/\\]python(\d\.\d+)[/\\](?:site|dist)-packages", directory)
    here = ".".join(map(str, sys.version_info[:2]))
    return named[1] if named and named[1] != here else ""


def _user_base(environment: Mapping[str, str]) -> str:
    """Where ``pip install --user`` installs; read from ``site`` if Python has loaded it."""
    base = environment.get("PYTHONUSERBASE") or getattr(sys.modules.get("site"), "USER_BASE", None)
    return base if isinstance(base, str) and base else os.path.join(os.path.expanduser("~"), ".local")


def _inside(directory: str, parent: str) -> bool:
    return directory.startswith(_canonical(parent) + os.sep)


def _canonical(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))

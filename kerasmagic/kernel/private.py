"""What must not appear in a text that is posted in public: who, where, and secrets."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Tuple

Replacement = Tuple[str, str]

_SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSW|API_?KEY|ACCESS_KEY|CREDENTIAL|AUTH", re.I)
_NAMES = ("USER", "USERNAME", "LOGNAME", "SUDO_USER", "JUPYTERHUB_USER", "HOSTNAME", "COMPUTERNAME", "HOST")
_SHARED = frozenset({"root", "user", "home", "localhost", "jupyter", "jovyan", "content"})


def read_private(environment: Mapping[str, str] | None = None) -> tuple[Replacement, ...]:
    """(what to take out, what to put in its place), the longest first."""
    environment = os.environ if environment is None else environment
    found = dict(_found(environment, environment.get("HOME") or os.path.expanduser("~")))
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _found(environment: Mapping[str, str], home: str) -> Iterator[Replacement]:
    names = [environment.get(name, "") for name in _NAMES]
    names += [os.path.basename(home), os.uname().nodename if hasattr(os, "uname") else ""]
    for name in names:
        for part in (name, name.partition(".")[0]):
            if len(part) > 2 and part.lower() not in _SHARED:
                yield part, "<name>"
    for name, value in environment.items():
        if _SECRET_NAME.search(name) and len(value) >= 6:
            yield value, "<secret>"
    if len(home) > 1:
        yield home, "~"
    if len(sys.prefix) > len("/usr/local"):
        yield sys.prefix, "<env>"

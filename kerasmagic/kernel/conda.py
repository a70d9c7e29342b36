"""What conda believes to have installed: read from the names in ``conda-meta``, no conda is run."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from .stack import MODULES, normalize


def read_conda(prefix: str | None = None) -> Mapping[str, str]:
    """The stack's distributions as conda lists them: name -> version; empty outside a conda environment."""
    found = {}
    try:
        entries = os.listdir(os.path.join(sys.prefix if prefix is None else prefix, "conda-meta"))
    except OSError:
        return {}
    for entry in entries:
        # name-version-build.json
        parts = entry[: -len(".json")].rsplit("-", 2) if entry.endswith(".json") else []
        if len(parts) == 3 and normalize(parts[0]) in MODULES:
            found[normalize(parts[0])] = parts[1]
    return found

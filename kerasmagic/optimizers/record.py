"""What a release's record says about its optimizers, measured in the kernel that this is."""

from __future__ import annotations

import importlib
from typing import Any

from .namespaces import find_namespaces, optimizer_names
from .routes import measure_routes


def measure_here() -> dict[str, Any]:
    """Import all Keras packages that are installed, and measure every optimizer."""
    packages = {}
    for name in ("tensorflow", "keras", "tf_keras"):
        try:
            packages[name] = importlib.import_module(name).__version__
        except ImportError:
            continue
    spaces = find_namespaces()
    names = optimizer_names(spaces).values()
    return {"packages": packages, "optimizers": {name: measure_routes(name, None, spaces).to_dict() for name in names}}

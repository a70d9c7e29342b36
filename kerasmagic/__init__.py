"""An IPython extension for people in trouble with TensorFlow and Keras: ``%load_ext kerasmagic``."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext kerasmagic``: register the magics and watch cells fail."""
    from .extension import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """``%unload_ext kerasmagic``: take everything away again."""
    from .extension import unload

    unload(shell)


def __getattr__(name: str) -> Any:
    """``kerasmagic.check_file``, which takes the engine with it, is imported where it is asked for."""
    if name == "check_file":
        from .files.check import check_file

        return check_file
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

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

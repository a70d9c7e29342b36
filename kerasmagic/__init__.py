"""An IPython extension for people in trouble with TensorFlow and Keras: ``%load_ext kerasmagic``."""

from __future__ import annotations

__version__ = "0.1.0"

"""The Keras that is to load a model."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """How a program writes what it loads; empty where that is not known."""

    variable: str = ""
    """What the model is bound to: "classifier"."""
    function: str = ""
    """How load_model is called: "keras.models.load_model"."""
    path: str = ""
    """What stands for the path: "MODEL_PATH"."""


class Loader(NamedTuple):
    package: str
    """``keras``, ``tf_keras``, or ``tensorflow`` for the copy inside TensorFlow up to 2.5."""
    version: str
    """Of that Keras: "3.15.1"."""
    tensorflow: str = ""
    """The version of TensorFlow beside it; empty without one."""
    tf_keras: str = ""
    """The version of tf_keras beside it; empty without one."""
    calls: str = "keras"
    """How code calls it here: ``keras``, ``tf.keras`` or ``tf_keras``."""
    words: Words = Words()
    """Of the program that failed to load something."""

    @property
    def minor(self) -> tuple[int, int]:
        """(3, 15) of "3.15.1"; (0, 0) where the version cannot be read."""
        parts = self.version.split(".")
        if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit():
            return int(parts[0]), int(parts[1])
        return 0, 0

    @property
    def major(self) -> int:
        return self.minor[0]

    @property
    def name(self) -> str:
        """ "keras 3.15.1"; the copy inside TensorFlow is called tf.keras."""
        return f"{'tf.keras' if self.package == 'tensorflow' else self.package} {self.version}"

    @property
    def variable(self) -> str:
        return self.words.variable or "model"

    def path(self, path: str) -> str:
        """What a program writes for a path."""
        return self.words.path or repr(path)

    def line(self, path: str, *more: str, function: str = "") -> str:
        """``model = keras.models.load_model('m.h5', compile=False)``"""
        function = function or self.words.function or f"{self.calls}.models.load_model"
        return f"{self.variable} = {function}({', '.join([self.path(path), *more])})"

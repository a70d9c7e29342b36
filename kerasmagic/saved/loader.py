"""The Keras that is to load a model."""

from __future__ import annotations

from typing import NamedTuple


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

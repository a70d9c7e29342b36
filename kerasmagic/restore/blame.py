"""Whose a failure is: Keras's, another package's, that of files, of an earlier cell, or the program's own."""

from __future__ import annotations

from typing import Mapping

from .model import DATA, FAILED, FOLLOWS, INPUT, KERAS, PACKAGE, PROGRAM, STOPPED, Reply

_OURS = frozenset(("keras", "tensorflow", "tf_keras", "tensorflow_estimator", "tensorboard"))
_DATA = frozenset(
    (
        "builtins.FileNotFoundError",
        "builtins.IsADirectoryError",
        "builtins.NotADirectoryError",
        "builtins.PermissionError",
        "builtins.ConnectionError",
        "urllib.error.URLError",
        "requests.exceptions.RequestException",
        "zipfile.BadZipFile",
        "tarfile.TarError",
        "tensorflow.python.framework.errors_impl.NotFoundError",
    )
)


def blame(reply: Reply, lost: Mapping[str, int | None]) -> tuple[str, str]:
    """Whose a failure is, and a sentence about it.

    Arguments:
        reply: of the cell that failed.
        lost: the names that earlier cells would have bound, had they run to their end, and the number of each.
    """
    if reply.status != FAILED:
        return (STOPPED, "") if reply.error else ("", "")
    origin = reply.origin
    if origin.name in lost:
        return FOLLOWS, f"{origin.name} comes from cell {lost[origin.name]}, which did not run."
    if reply.problems:
        return KERAS, ""
    if any(kind.endswith(".StdinNotImplementedError") for kind in origin.kinds):
        return INPUT, "The cell waits for someone to type an answer."
    if _DATA.intersection(origin.kinds):
        return DATA, "A file or an address that the program asks for is not here."
    about = origin.about.partition(".")[0]
    if about and about not in _OURS:
        return PACKAGE, f"This is about {origin.about}, not about TensorFlow or Keras."
    if about or _OURS.intersection(origin.packages):
        return KERAS, "TensorFlow or Keras raises this, and kerasmagic knows no edit for it."
    if origin.packages:
        return PACKAGE, f"{origin.packages[-1]} raises this, not TensorFlow or Keras."
    return PROGRAM, "This is about the program itself, not about TensorFlow or Keras."

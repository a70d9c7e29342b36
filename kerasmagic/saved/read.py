"""Reads any saved model: the content decides what it is, not the name."""

from __future__ import annotations

import os
from pathlib import Path

from .archive import read_archive
from .folder import read_folder
from .hdf5 import read_hdf5
from .model import FOLDER, SavedModel, SavedModelError

_ZIP, _HDF5 = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"
_OTHERS = (
    (b"version https://git-lfs", "It is a Git LFS pointer, not the model: fetch the real file with `git lfs pull`."),
    (b"<!DOCTYPE", "It is a web page, not a model: the download gave a page instead of the file."),
    (b"<html", "It is a web page, not a model: the download gave a page instead of the file."),
    (b"\x80", "It is a Python pickle. It was not opened: reading a pickle can run any code inside it."),
)


def read_model(path: str | os.PathLike[str]) -> SavedModel:
    """Read what a saved model says about itself. TensorFlow is not loaded, and nothing from the file is run.

    Arguments:
        path: a .keras, .h5 or .hdf5 file, or a SavedModel folder.

    Raises:
        SavedModelError: there is none, or it cannot be read; the message says why in one sentence.
    """
    name = os.fspath(path)
    try:
        return _read(name)
    except (OSError, ValueError) as error:  # no permission, a null character in the name, a broken disk
        reason = getattr(error, "strerror", None) or str(error)
        raise SavedModelError(f"It cannot be read: {reason}.") from None


def _read(name: str) -> SavedModel:
    place = Path(name)
    if place.is_dir():
        if (place / "saved_model.pb").is_file():
            return read_folder(name)
        raise SavedModelError("It is a folder without saved_model.pb, so it is not a SavedModel.")
    if not place.exists():
        if Path(name + ".index").is_file():
            return SavedModel(name, FOLDER, weights_only=True)
        where = "" if place.is_absolute() else f" in {Path.cwd()}"
        raise SavedModelError(f"There is no file or folder of this name{where}.")
    with place.open("rb") as file:
        head = file.read(64)
    if head.startswith(_ZIP):
        return read_archive(name)
    if head.startswith(_HDF5):
        return read_hdf5(name)
    if not head:
        raise SavedModelError("It is empty.")
    for start, sentence in _OTHERS:
        if head.lstrip().lower().startswith(start.lower()):
            raise SavedModelError(sentence)
    raise SavedModelError("It is neither a .keras archive nor HDF5: not a saved Keras model, or a damaged one.")

"""Checking one file for one or many targets: it is read once, and no code of it is run."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any, Iterable, Sequence

from ..catalog.target import Target
from .document import Document, Unreadable, read_document
from .findings import Findings, check_document
from .past import last_image
from .report import public, target_report
from .setup import own_target, setup_of
from .targets import INSTALLED, target, world_of
from .trouble import unreadable


def check_file(path: str | os.PathLike[str], targets: str | Iterable[str] = (), origin: str = "") -> dict[str, Any]:
    """Check a notebook or a script; plain data in and out, so that it runs anywhere: multiprocessing, Dask, a queue.

    Arguments:
        path: the file. One that can't be read is no exception but a problem in the answer.
        targets: the releases to check for, by name (``"tensorflow==2.15.1"``, ``"colab"``); none: what is installed
            here, or else the newest recorded release.
        origin: the releases that the code was written for; then what stays legal and changes is told, too.

    Returns:
        ``{"kind": "check", "kerasmagic": …, "file": …, "target": …, "problems": […], "errors": 0, …}``; with several
        targets, ``"targets"`` is a list of what is said about each. What a problem has: :mod:`kerasmagic.files.report`.

    Raises:
        catalog.CatalogError: there is no record of a target.
    """
    names = (targets,) if isinstance(targets, str) else tuple(targets) or (INSTALLED,)
    return public(file_report(os.fspath(path), names, origin=origin))


def file_report(
    path: str, names: Sequence[str], most: int | None = None, origin: str = "", past: bool = False
) -> dict[str, Any]:
    """The report on a file for the targets of these names.

    Arguments:
        most: fixes are sought up to so many problems.
        past: also say on which of Colab's images the file last ran.
    """
    try:
        document = load(path)
    except Unreadable as error:
        return unreadable_report(path, names, str(error))
    own = own_targets(document, names)
    findings = check_document(document, [world_of(chosen, origin) for chosen, _ in own], most)
    parts = [target_report(path, document, chosen, [*notes, *found]) for (chosen, notes), found in zip(own, findings)]
    if not past:
        return {"file": path, "targets": parts}
    image = last_image(document)
    return {"file": path, "last_image": image.to_dict() if image else None, "targets": parts}


def own_targets(document: Document, names: Sequence[str]) -> list[tuple[Target, Findings]]:
    """The targets of these names as the file's own settings and installs make them, with notes on that."""
    setup = setup_of(document.passages)
    return [own_target(setup, name) for name in names]


def unreadable_report(path: str, names: Sequence[str], sentence: str) -> dict[str, Any]:
    findings = [(None, unreadable(sentence))]
    return {"file": path, "targets": [target_report(path, None, target(name), findings) for name in names]}


def load(path: str) -> Document:
    """Read a file, or the standard input for ``-``.

    Raises:
        Unreadable: with a sentence that says why.
    """
    try:
        content = sys.stdin.buffer.read() if path == "-" else _content(Path(path))
    except OSError as error:
        raise Unreadable(f"This file can't be read: {error.strerror or error}.") from None
    except ValueError as error:  # a null byte in the path
        raise Unreadable(f"This file can't be read: {error}.") from None
    return read_document(content, path)


def _content(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe or a device may never end
        raise Unreadable("This is not a file with code in it; - reads the standard input.")
    return path.read_bytes()

"""Which files are meant: the ones that are named, and in folders the notebooks and scripts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterable, Iterator

_FOREIGN = {"__pycache__", "node_modules", "site-packages", "dist-packages"}


def find_files(paths: Iterable[str]) -> Iterator[str]:
    """Each file once, folders in the order of names.

    A folder is searched for ``*.ipynb`` and ``*.py``; hidden folders (``.ipynb_checkpoints``, ``.git``, …), virtual
    environments and installed packages are left out. What is named itself is always taken, whatever it is called;
    ``-`` stands for the standard input.
    """
    seen = set()
    for path in paths:
        for file in _folder(path) if path != "-" and Path(path).is_dir() else [path]:
            key = file if file == "-" else os.path.realpath(file)
            if key not in seen:
                seen.add(key)
                yield file


def _folder(top: str) -> Iterator[str]:
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if _is_own(Path(folder, name)))
        for name in sorted(files):
            if name.endswith((".ipynb", ".py")) and not name.startswith("."):
                yield str(Path(folder, name))


def _is_own(folder: Path) -> bool:
    return not folder.name.startswith(".") and folder.name not in _FOREIGN and not (folder / "pyvenv.cfg").is_file()


def listed_files(lines: Iterable[str]) -> list[str]:
    """The paths of a list, one a line, as ``find`` and ``git ls-files`` write it."""
    return [line for line in (line.rstrip("\r\n") for line in lines) if line]

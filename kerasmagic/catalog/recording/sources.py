"""The source of a release: its wheel or its archive of sources, downloaded and unpacked, never installed."""

from __future__ import annotations

import hashlib
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ..store import CatalogError
from .environment import run


@dataclass(frozen=True)
class Source:
    folder: Path
    """What would be on ``sys.path``."""
    packages: tuple[str, ...]
    file: str
    hash: str


def fetch(requirement: str, folder: Path) -> Source:
    """Download ``keras==2.0.0`` with the pip of this Python, and unpack it.

    Raises:
        CatalogError: there is no such file, or it is of another form.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"]
    run([*command, "--dest", str(folder), requirement])
    (file,) = (path for path in folder.iterdir() if path.is_file())
    content = file.read_bytes()
    unpacked = folder / "source"
    if zipfile.is_zipfile(file):
        zipfile.ZipFile(file).extractall(unpacked)
    elif tarfile.is_tarfile(file):
        with tarfile.open(file) as archive:
            archive.extractall(unpacked, filter="data")
    else:
        raise CatalogError(f"{file.name} is neither a wheel nor an archive of sources.")
    places = [unpacked, *(path for path in unpacked.iterdir() if path.is_dir())]
    root = next((place for place in places if _packages(place)), None)
    if root is None:
        raise CatalogError(f"{file.name} holds no package.")
    return Source(root, _packages(root), file.name, hashlib.sha256(content).hexdigest())


def _packages(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in folder.glob("*/__init__.py")))

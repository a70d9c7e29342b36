"""The catalog's file, built from the record's text: when the package is built, and where a clone is used as it is."""

from __future__ import annotations

import os
import tempfile
import zlib
from pathlib import Path

from .store import PATH, write_file
from .text import FOLDER, read_text


def build(path: Path) -> None:
    """Build the file from the text.

    Raises:
        CatalogError: the text is damaged.
    """
    write_file(path, *read_text(FOLDER))


def current() -> Path:
    """The file to open: in a clone, one that is as new as the text, built if need be; in an installation, its own."""
    if not FOLDER.is_dir():
        return PATH
    changed = _changed(str(FOLDER))
    places = (PATH, _cached(FOLDER))
    for place in places:
        if _is_newer(place, changed):
            return place
    for place in places:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            build(place)
        except OSError:  # nobody may write there
            continue
        return place
    place = Path(tempfile.mkdtemp(prefix="kerasmagic-")) / PATH.name
    build(place)
    return place


def _changed(folder: str) -> int:
    """When the text changed last, as its folders tell: git replaces files. To look at each file would take too long;
    who edits one builds the file by the command."""
    with os.scandir(folder) as entries:
        below = [_changed(entry.path) for entry in entries if entry.is_dir()]
    return max([Path(folder).stat().st_mtime_ns, *below])


def _is_newer(path: Path, changed: int) -> bool:
    try:
        return path.stat().st_mtime_ns >= changed
    except OSError:
        return False


def _cached(folder: Path) -> Path:
    """A place of this user's for the file of a clone in which this user may not write."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "kerasmagic", f"{zlib.crc32(str(folder).encode()):08x}.sqlite")

"""What is installed on disk: read from the names and the METADATA of ``sys.path``, without importing anything.

This reads what ``importlib.metadata`` reads, by itself: one listing per directory, then only the few metadata files
that matter, and a broken one costs its own details, never the answer. Directories are listed again when they change.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any, Iterable, Iterator, NamedTuple, Sequence

from .record import damaged_files, recorded_code
from .stack import MODULES, normalize

_METADATA_DIRECTORY = re.compile(
    r"(?P<name>.+?)(?:-(?P<version>[^-]+))?(?:-py[^-]+(?:-[^-]+)?)?\.(?:dist-info|egg-info)$"
)
_BYTES = 1_000_000


class Distribution(NamedTuple):
    """One installed distribution, as its metadata tells it."""

    name: str
    """Normalised: ``tf-keras``."""
    version: str
    location: str
    """The directory on ``sys.path`` that holds it."""
    metadata: str
    """The path of its ``.dist-info`` or ``.egg-info``."""
    requires: tuple[str, ...] = ()
    """The requirements as written: ``keras>=3.5.0``, ``jax; extra == "jax"``."""
    requires_python: str = ""
    installer: str = ""
    """Who installed it, as far as it is recorded: ``pip``, ``uv``, ``conda``."""
    unreadable: str = ""
    """Why the metadata could not be read, in words; then name and version come from the directory's name."""

    @property
    def module(self) -> str:
        """The module it brings, if this belongs to the stack."""
        return MODULES.get(self.name, "")

    @property
    def editable(self) -> bool:
        """Installed in development mode: its code lives elsewhere."""
        return '"editable"' in _read(os.path.join(self.metadata, "direct_url.json"))

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "version": self.version,
            "module": self.module,
            "location": self.location,
            "installer": self.installer,
            "unreadable": self.unreadable,
        }


class _Candidate(NamedTuple):
    """A metadata file or directory that was seen, not read yet."""

    name: str
    version: str
    location: str
    metadata: str


class Installed:
    """The distributions on a search path, listed at once and read when asked for.

    Arguments:
        path: directories in the order of ``sys.path``; anything that is not a readable directory is passed over.
    """

    def __init__(self, path: Sequence[object]) -> None:
        self.path: tuple[str, ...] = tuple(_directories(path))
        self._candidates: dict[str, list[_Candidate]] = {}
        self._read: dict[str, Distribution] = {}
        self._fitting: dict[str, Distribution] = {}
        for directory in self.path:
            for candidate in _list(directory):
                self._candidates.setdefault(candidate.name, []).append(candidate)

    def __contains__(self, name: str) -> bool:
        return normalize(name) in self._candidates

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._candidates))

    def get(self, name: str) -> Distribution | None:
        """The distribution of this name that Python finds first, or None; one with readable metadata, if there is, and
        of several records in one folder the one whose files are there."""
        copies = self.copies(name)
        first = next((copy for copy in copies if not copy.unreadable), copies[0] if copies else None)
        beside = [copy for copy in copies if first and copy.location == first.location and not copy.unreadable]
        return self._of_the_files(beside) if len(beside) > 1 else first

    def copies(self, name: str) -> tuple[Distribution, ...]:
        """All distributions of this name, in the order of the search path."""
        return tuple(self._distribution(candidate) for candidate in self._candidates.get(normalize(name), ()))

    def records(self, name: str) -> tuple[Distribution, ...]:
        """The records of this distribution in the folder where Python finds it: one, unless an install was
        interrupted. With more, nobody knows for sure whose files are there."""
        copies = self.copies(name)
        return tuple(copy for copy in copies if copy.location == copies[0].location)

    def version(self, name: str) -> str | None:
        distribution = self.get(name)
        return distribution.version if distribution else None

    def first(self, names: Iterable[str]) -> Distribution | None:
        """The first of several names that is installed: ``first(TENSORFLOW_VARIANTS)``."""
        return next((found for found in map(self.get, names) if found), None)

    def stack(self) -> tuple[Distribution, ...]:
        """The installed distributions that matter to TensorFlow and Keras, in the order of ``stack.MODULES``."""
        return tuple(found for found in map(self.get, MODULES) if found)

    def all(self) -> Iterator[Distribution]:
        """Every distribution that Python finds first under its name; reads every METADATA."""
        return (found for found in map(self.get, self._candidates) if found)

    def _of_the_files(self, records: list[Distribution]) -> Distribution:
        """Of several records of one distribution the one that fits the files best."""
        key = records[0].metadata
        if key not in self._fitting:
            self._fitting[key] = min(records, key=_misfit)
        return self._fitting[key]

    def _distribution(self, candidate: _Candidate) -> Distribution:
        if candidate.metadata not in self._read:
            self._read[candidate.metadata] = _read_distribution(candidate)
        return self._read[candidate.metadata]


def _misfit(record: Distribution) -> tuple[bool, int]:
    """How badly a record fits the files beside it: it lists none, and how many that it lists are not as listed."""
    return next(recorded_code(record), None) is None, sum(1 for _ in damaged_files(record))


_latest: tuple[tuple[tuple[str, int], ...], Installed | None] = ((), None)


def installed_on(path: Sequence[object]) -> Installed:
    """The distributions on a search path; read again only where a directory has changed."""
    global _latest
    key = tuple((directory, _changed(directory)) for directory in _directories(path))
    seen, installed = _latest
    if installed is None or seen != key:
        installed = Installed(path)
        _latest = (key, installed)
    return installed


def installed(name: str) -> Distribution | None:
    """The distribution of this name in this process, or None; reads metadata, imports nothing."""
    return installed_on(sys.path).get(name)


def recorded(module: str) -> bool:
    """Whether a distribution that brings this module of the stack is recorded as installed."""
    return any(name in installed_on(sys.path) for name, brings in MODULES.items() if brings == module)


def stack() -> tuple[Distribution, ...]:
    """The installed distributions that matter to TensorFlow and Keras."""
    return installed_on(sys.path).stack()


def _directories(path: Sequence[object]) -> Iterator[str]:
    seen: set[str] = set()
    for entry in path:
        if isinstance(entry, str):
            directory = entry or "."
            place = os.path.abspath(directory)  # The notebook's folder may be there as "" and by its name.
            if place not in seen:
                seen.add(place)
                if os.path.isdir(directory):
                    yield directory


def _changed(directory: str) -> int:
    try:
        return os.stat(directory).st_mtime_ns
    except OSError:
        return 0


def _list(directory: str) -> Iterator[_Candidate]:
    """The metadata in one directory, not read yet."""
    if directory.endswith(".egg"):
        egg = os.path.join(directory, "EGG-INFO")
        if os.path.isdir(egg):
            name, _, rest = os.path.basename(directory)[: -len(".egg")].partition("-")
            yield _Candidate(normalize(name), rest.partition("-")[0], directory, egg)
        return
    try:
        entries = sorted(os.listdir(directory))
    except OSError:
        return
    for entry in entries:
        match = _METADATA_DIRECTORY.match(entry) if entry.endswith("-info") else None
        # pip renames what it is about to remove to "~ensorflow-2.15.0.dist-info": no distribution, a leftover.
        if match and not entry.startswith("~"):
            yield _Candidate(
                normalize(match["name"]), match["version"] or "", directory, os.path.join(directory, entry)
            )


def _read_distribution(candidate: _Candidate) -> Distribution:
    text, unreadable = _metadata_text(candidate.metadata)
    headers = list(_headers(text))
    fields = dict(reversed(headers))
    if not unreadable and not fields.get("version"):
        unreadable = "its METADATA names no version"
    requires = tuple(value for key, value in headers if key == "requires-dist")
    if not requires and not candidate.metadata.endswith(".dist-info"):
        requires = tuple(_egg_requirements(_read(os.path.join(candidate.metadata, "requires.txt"))))
    return Distribution(
        name=candidate.name,
        version=fields.get("version") or candidate.version,
        location=candidate.location,
        metadata=candidate.metadata,
        requires=requires,
        requires_python=fields.get("requires-python", ""),
        installer=_word(_read(os.path.join(candidate.metadata, "INSTALLER"))),
        unreadable=unreadable,
    )


def describe(metadata: str) -> Distribution:
    """What a folder of metadata says, wherever it lies and whatever it is called."""
    text, _ = _metadata_text(metadata)
    fields = dict(reversed(list(_headers(text))))
    candidate = _Candidate(normalize(fields.get("name", "")), "", os.path.dirname(metadata), metadata)
    return _read_distribution(candidate)


def pythons_of(distribution: Distribution) -> tuple[tuple[int, ...], ...]:
    """The Pythons that a distribution says it is for: ((3, 7), (3, 11)); () where it names none."""
    text, _ = _metadata_text(distribution.metadata)
    named = (_PYTHON.fullmatch(value) for key, value in _headers(text) if key == "classifier")
    return tuple(sorted((int(each[1]), int(each[2])) for each in named if each))


_PYTHON = re.compile(r"Programming Language :: Python :: (\d+)\.(\d+)")


def _metadata_text(path: str) -> tuple[str, str]:
    """The text of the metadata, and why there is none."""
    files = ("METADATA", "PKG-INFO") if os.path.isdir(path) else ("",)
    for file in files:
        text = _read(os.path.join(path, file) if file else path)
        if text.strip():
            return text, ""
    return "", "its METADATA is missing or cannot be read"


def _read(path: str) -> str:
    """The text of a small file; empty where there is none. Broken encodings are replaced, not fatal."""
    try:
        with open(path, "rb") as file:
            return file.read(_BYTES).decode("utf-8", errors="replace")
    except (OSError, ValueError):
        return ""


def _word(text: str) -> str:
    """The first word of a text that should be one: a name, no address."""
    match = re.match(r"\s*([A-Za-z][\w.-]{0,30})(?![^\s])", text)
    return match[1] if match else ""


def _headers(text: str) -> Iterator[tuple[str, str]]:
    """The header lines before the description: ("requires-dist", "numpy>=1.26").

    A line with nothing but spaces goes on with the one before it: scipy and pandas have their whole license there.
    """
    for line in text.partition("\n\n")[0].splitlines():  # a description can be long
        if not line:
            return
        key, colon, value = line.partition(":")
        if colon and key and not line[0].isspace():
            yield key.strip().lower(), value.strip()


def _egg_requirements(text: str) -> Iterator[str]:
    """The lines of an ``.egg-info/requires.txt`` as requirements; a section ``[extra:marker]`` becomes a marker."""
    marker = ""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            extra, _, condition = line.strip("[]").partition(":")
            parts = [f'extra == "{extra}"'] if extra else []
            marker = " and ".join(parts + ([f"({condition})"] if condition else []))
        elif line:
            yield f"{line}; {marker}" if marker else line

"""What a broken install or removal left behind: Python still finds it, pip no longer knows it, or the other way."""

from __future__ import annotations

import os
import re
from typing import Any, Iterator, NamedTuple

from .distributions import Distribution, Installed, describe
from .record import read_text, recorded_code
from .stack import MODULES, names_of

# pip moves what it is about to replace to a name that begins with one of these (pip/_internal/utils/temp_dir.py).
_PIP_PREFIX = "-~.=%0123456789"

RENAMED, MOVED_ASIDE, NO_METADATA, NO_PACKAGE, DAMAGED_RECORD = (
    "renamed",
    "moved aside",
    "no metadata",
    "no package",
    "damaged record",
)

_KEEP_A_RECORD = ("pip", "uv", "")
"""Installers that list what they installed in a file RECORD; Linux distributions leave it out."""


class Leftover(NamedTuple):
    kind: str
    """``renamed``: a folder that pip moved aside, ``~ensorflow``; ``moved aside``: the same, and nothing came in its
    place; ``no metadata``: a package that no distribution owns; ``no package``: metadata without the package it
    describes, or with a part of it; ``damaged record``: metadata that lacks its METADATA or its RECORD, so that pip can
    neither read nor remove it."""
    name: str
    """The module (``renamed``, ``moved aside``, ``no metadata``) or the distribution."""
    path: str
    was: str = ""
    """Of what pip moved aside: the release that it was, ``tensorflow-cpu==2.19.1``, where its metadata is there."""

    @property
    def is_empty(self) -> bool:
        """A folder without ``__init__.py``: it imports, and the module has nothing in it."""
        return os.path.isdir(self.path) and not os.path.isfile(os.path.join(self.path, "__init__.py"))

    def to_dict(self) -> dict[str, Any]:
        return self._asdict()


def read_leftovers(installed: Installed) -> tuple[Leftover, ...]:
    """What is half there, in every directory that holds distributions."""
    by_directory: dict[str, dict[str, Distribution]] = {}
    for name in MODULES:
        for copy in installed.copies(name):
            by_directory.setdefault(copy.location, {})[name] = copy
    found = []
    for directory in installed.path:
        if os.path.basename(directory) in ("site-packages", "dist-packages"):
            owned = by_directory.get(directory, {})
            entries = _entries(directory)
            found += [
                *_renamed(directory, entries, installed),
                *_without_metadata(directory, entries, owned, installed),
            ]
            found += _without_package(owned)
            found += _without_record(owned)
    return tuple(found)


def _entries(directory: str) -> tuple[str, ...]:
    try:
        return tuple(os.listdir(directory))
    except OSError:
        return ()


def _renamed(directory: str, entries: tuple[str, ...], installed: Installed) -> Iterator[Leftover]:
    modules = sorted(module for module in MODULES.values() if "." not in module)
    moved = sorted(entry for entry in entries if entry.startswith("~"))
    was = {each.module: f"{each.name}=={each.version}" for each in _descriptions(directory, moved)}
    for entry in moved:
        stem = entry.partition("-")[0] if entry.endswith("-info") else entry
        for module in dict.fromkeys(modules):
            if len(module) == len(stem) and module.endswith(stem.lstrip(_PIP_PREFIX)):
                gone = module not in entries and installed.first(names_of(module)) is None
                kind = MOVED_ASIDE if gone and not entry.endswith("-info") else RENAMED
                yield Leftover(kind, module, os.path.join(directory, entry), was.get(module, ""))


def _descriptions(directory: str, moved: list[str]) -> Iterator[Distribution]:
    """What the metadata that was moved with a package says."""
    return (describe(os.path.join(directory, entry)) for entry in moved if entry.endswith("-info"))


def _without_metadata(
    directory: str, entries: tuple[str, ...], owned: dict[str, Distribution], installed: Installed
) -> Iterator[Leftover]:
    has_owner = {MODULES[name] for name in owned}
    for module in sorted(set(MODULES.values()) & set(entries) - has_owner):
        known = any(name in installed and MODULES[name] == module for name in MODULES)
        if not known and not _is_recorded(module, directory, entries):
            yield Leftover(NO_METADATA, module, os.path.join(directory, module))


def _is_recorded(module: str, directory: str, entries: tuple[str, ...]) -> bool:
    """Whether a distribution of another name lists the module's files: tensorflow_estimator is brought by
    tf-estimator-nightly under TensorFlow 2.8.0."""
    begins = re.compile(rf"^\"?{re.escape(module)}/", re.MULTILINE)
    records = (os.path.join(directory, entry, "RECORD") for entry in entries if entry.endswith(".dist-info"))
    return any(begins.search(read_text(record)) for record in records)


def _without_package(owned: dict[str, Distribution]) -> Iterator[Leftover]:
    for name, distribution in owned.items():
        path = os.path.join(distribution.location, *MODULES[name].split("."))
        if not (_importable(path) or distribution.editable or _brings_another(distribution, MODULES[name])):
            yield Leftover(NO_PACKAGE, name, distribution.metadata)


def _brings_another(distribution: Distribution, module: str) -> bool:
    """Whether its own record lists other files, and they are there: keras-tuner up to 1.0.1 was kerastuner."""
    files = [name for name, _ in recorded_code(distribution)]
    listed = any(name.startswith(module.replace(".", "/")) for name in files)
    return bool(files) and not listed and os.path.isfile(os.path.join(distribution.location, files[0]))


def _without_record(owned: dict[str, Distribution]) -> Iterator[Leftover]:
    for name, distribution in owned.items():
        record = os.path.join(distribution.metadata, "RECORD")
        recorded = distribution.installer not in _KEEP_A_RECORD or os.path.isfile(record)
        if distribution.metadata.endswith(".dist-info") and (distribution.unreadable or not recorded):
            yield Leftover(DAMAGED_RECORD, name, distribution.metadata)


def _importable(path: str) -> bool:
    """Whether a module is there whole: a folder without ``__init__.py`` imports, too, and is empty."""
    if not os.path.basename(path).isidentifier():  # a folder of plug-ins that nobody imports
        return os.path.isdir(path)
    return os.path.isfile(os.path.join(path, "__init__.py")) or os.path.isfile(path + ".py")

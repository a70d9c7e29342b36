"""What must not appear in a text that is posted in public: who, where, and secrets."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Tuple

if TYPE_CHECKING:
    from .settings import Settings
    from .snapshot import Snapshot

Replacement = Tuple[str, str]

_SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSW|API_?KEY|ACCESS_KEY|CREDENTIAL|AUTH", re.I)
_NAMES = ("USER", "USERNAME", "LOGNAME", "SUDO_USER", "JUPYTERHUB_USER", "HOSTNAME", "COMPUTERNAME", "HOST")
_SHARED = frozenset({"root", "user", "home", "localhost", "jupyter", "jovyan", "content"})
_TELLING = frozenset({"site-packages", "dist-packages", "bin", "Scripts", ".keras"})
"""Folders whose names tell what they are, and nothing about their owner."""

# What gives somebody away wherever it stands: addresses with or without a password, and shares.
_ADDRESSES = (
    (re.compile(r"\b[A-Za-z][\w+.-]*://[^\s|'\"`]*"), "(url)"),
    (re.compile(r"[\w.+-]+@[\w-][\w.-]*"), "(name)"),
    (re.compile(r"(?<!\\)\\\\[^\s|'\"`]+"), "(share)"),
)
# Of a path the last part stays.
_PATH = re.compile(r"(?<![\w~):/.…])(?:/|[A-Za-z]:\\)(?:[^\s|`'\",;()/\\]+[/\\])+")


def read_private(snapshot: Snapshot) -> tuple[Replacement, ...]:
    """What a public report of a kernel must not contain, and what to put in its place, the longest first."""
    home = os.environ.get("HOME") or os.path.expanduser("~")
    found = {place: _short(place, home) for place in _places(snapshot) if len(place) > 1}
    found.update(_found(os.environ, home))
    for value in _values(snapshot.settings):
        if not re.fullmatch(r"[\w.+-]{0,20}", value):
            found.update(dict.fromkeys((value, repr(value)[1:-1]), "(value)"))
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def anonymous(text: str, private: Iterable[Replacement]) -> str:
    """A text without anything that tells who or where."""
    for pattern, word in _ADDRESSES:
        text = pattern.sub(word, text)
    for secret, word in private:
        text = word.join(re.split(rf"(?<!\w){re.escape(secret)}(?!\w)", text))
    return _PATH.sub("…/", text)


def _short(place: str, home: str) -> str:
    """A directory without the folders that only its owner has."""
    for parent, word in ((sys.prefix, "(env)"), (sys.base_prefix, "(python)"), (home, "~")):
        inside = place[len(parent) :] if place.startswith(parent + os.sep) else ""
        if inside and (word != "~" or inside.startswith(os.sep + ".")):
            return word + inside
    name = os.path.basename(place)
    return f"…/{name}" if name in _TELLING else "…"


def _found(environment: Mapping[str, str], home: str) -> Iterator[Replacement]:
    names = [environment.get(name, "") for name in _NAMES]
    names += [os.path.basename(home), os.uname().nodename if hasattr(os, "uname") else ""]
    for name in names:
        for part in (name, name.partition(".")[0]):
            if len(part) > 2 and part.lower() not in _SHARED:
                yield part, "(name)"
    for name, value in environment.items():
        if _SECRET_NAME.search(name) and len(value) >= 6:
            yield value, "(secret)"
    if len(home) > 1:
        yield home, "~"
    if len(sys.prefix) > len("/usr/local"):
        yield sys.prefix, "(env)"


def _places(snapshot: Snapshot) -> Iterator[str]:
    """The directories that a sentence about this kernel may name."""
    interpreter, settings = snapshot.interpreter, snapshot.settings
    yield from snapshot.installed.path
    yield os.path.dirname(interpreter.executable)
    if interpreter.pip:
        yield os.path.dirname(interpreter.pip.path)
        yield os.path.dirname(interpreter.pip.python)
    if settings.keras_json:
        yield os.path.dirname(settings.keras_json.path)


def _values(settings: Settings) -> Iterator[str]:
    """What the settings are set to: anything a user, or a file, put there."""
    yield from filter(None, (settings.legacy_keras.value, settings.backend.value, settings.backend.effective))
    if settings.keras_json:
        yield from map(str, settings.keras_json.values.values())

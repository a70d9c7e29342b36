"""The record as text: what git keeps, what a person reads in a diff, and what the catalog's file is built from.

The folder ``record`` has a file for each package of each product, and ``releases`` with a file for each release: which
Python, which wheel, which packages beside it. In a file, a line without indentation names a module or a class; below it
stands a line for each fact, of columns that are separated by tabs: the name, the releases, and what it is there.

    keras.layers
        @import   3.0.0-         package
        Dense     3.0.0-         class keras.src.layers.core.dense.Dense
        Merge     1.0.8-2.1.6    class

- Releases are ranges among the recorded ones: ``2.6.0-2.15.0``; ``3.0.0-`` goes to the newest, so that a new release
  changes the lines of what it lacks, and adds those of what it brings. ``legacy:`` stands before those under
  TF_USE_LEGACY_KERAS=1, the product before those of another product than the name's own.
- What it is: a kind and a home (none: this very place; ``optional``: whether it is there, and what it is, depends on
  another package, or the source that was read does not tell it); ``(…)`` a signature, its parameters between
  semicolons, with ``/`` before what is given by its place alone, ``&`` by its name alone, and ``!`` before what
  ``**kwargs`` really takes (``?`` behind it: accepted and ignored); ``# …`` what it says of its deprecation.
- ``@import`` is what an import statement finds, ``@module`` says that its members were read (and what it says of one
  that it lacks), ``@class`` has bases, attributes that its code sets, and what else it answers to.
- ``optimizers`` has, for each optimizer, the ways to write it and where they end, and each class of optimizers.
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from pathlib import Path
from typing import Iterable, Iterator

from .store import FOREIGN, LOADED, PACKAGE, TABLES, TOUCHED, UNREADABLE, CatalogError, Fact, Facts, Release, Releases

FOLDER = Path(__file__).with_name("record")
_KINDS = {
    "m": "module",
    "c": "class",
    "f": "function",
    "v": "value",
    "p": "property",
    "s": "staticmethod",
    "k": "classmethod",
    "r": "raises",
    "o": "optional",
}
_LETTERS = {word: letter for letter, word in _KINDS.items()}
_FLAGS = {"package": PACKAGE, "loaded": LOADED, "unreadable": UNREADABLE, "touched": TOUCHED}
_OPEN = {"any": 1, "foreign": FOREIGN}
# Below these, a package's packages are large enough for files of their own.
_DEEP = ("src", "api", "python", "contrib", "_api")
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", ";": "\\:"}
_ESCAPED = {escape: plain for plain, escape in _ESCAPES.items()}


def read_text(folder: Path = FOLDER) -> tuple[Releases, Facts]:
    """Everything that the folder holds: the releases in order, and each table's facts with their bitmaps.

    Raises:
        CatalogError: a file is not in the form above; the message says which line.
    """
    files = (folder / "releases").glob("*.json")
    releases = [Release(**json.loads(path.read_text(encoding="utf-8"))) for path in files]
    releases.sort(key=lambda release: release.order)
    ranges = _Ranges(releases)
    facts: Facts = {table: {} for table in TABLES}
    for path in sorted(folder.rglob("*.txt")):
        of_optimizers = path.parent.name == "optimizers"
        header = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if not line.startswith("\t"):
                header = line
                continue
            try:
                _, name, span, *rest = line.split("\t")
                table, fact = (_read_route if of_optimizers else _read_fact)(header, name, rest)
                rows = facts[table]
                rows[fact] = rows.get(fact, 0) | ranges.bits(span, header)
            except (ValueError, KeyError, IndexError) as error:
                where = path.relative_to(folder).as_posix()
                raise CatalogError(f"Line {number} of {where} in the record is damaged: {line.strip()}") from error
    return releases, facts


def write_text(releases: Releases, facts: Facts, folder: Path = FOLDER) -> None:
    """Write the folder anew; files that stay the same are not touched."""
    ranges = _Ranges(releases)
    lines: dict[str, list[tuple[str, str, str, str]]] = {}
    for table, rows in facts.items():
        for fact, bits in rows.items():
            if bits:
                file, header, name, what = _written(table, fact)
                lines.setdefault(file, []).append((header, name, ranges.text(bits, header), what))
    files = {f"releases/{release.label}.json": _release_text(release) for release in releases}
    for file, entries in lines.items():
        entries.sort(key=lambda entry: (entry[0], entry[1], entry[3], entry[2]))
        blocks = groupby(entries, key=lambda entry: entry[0])
        files[file] = "\n".join(
            header + "\n" + "".join(f"\t{name}\t{span}\t{what}".rstrip("\t") + "\n" for _, name, span, what in block)
            for header, block in blocks
        )
    for path in (*folder.rglob("*.txt"), *folder.rglob("*.json")):
        if path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for file, text in files.items():
        path = folder / file
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())


def line_of(table: str, fact: Fact) -> tuple[str, str, str]:
    """A fact as its line has it: the block, the name, and what it is."""
    _, header, name, what = _written(table, fact)
    return header, name, what


def _release_text(release: Release) -> str:
    return json.dumps(release._asdict(), indent=1, sort_keys=True) + "\n"


class _Ranges:
    """Sets of releases as bitmaps and as text."""

    def __init__(self, releases: Releases) -> None:
        self.series: dict[str, list[tuple[str, int]]] = {}
        for bit, release in enumerate(releases):
            self.series.setdefault(_series(release), []).append((release.version, 1 << bit))
        self._bits: dict[tuple[str, str], int] = {}
        self._texts: dict[tuple[int, str], str] = {}

    def bits(self, text: str, header: str) -> int:
        key = (text, _product(header))
        if key not in self._bits:
            self._bits[key] = sum(self._range(part, key[1]) for part in text.split(" "))
        return self._bits[key]

    def _range(self, text: str, product: str) -> int:
        series, _, span = text.rpartition(":")
        members = self.series[series or product]
        versions = [version for version, _ in members]
        first, dash, last = span.partition("-")
        start = versions.index(first)
        stop = versions.index(last) + 1 if last else len(versions) if dash else start + 1
        return sum(bit for _, bit in members[start:stop])

    def text(self, bits: int, header: str) -> str:
        key = (bits, _product(header))
        if key not in self._texts:
            own = [key[1]] if key[1] in self.series else []
            order = [*own, *sorted(series for series in self.series if series not in own)]
            self._texts[key] = " ".join(part for series in order for part in self._parts(bits, series, series in own))
        return self._texts[key]

    def _parts(self, bits: int, series: str, own: bool) -> Iterator[str]:
        members = self.series[series]
        for holds, run in groupby(enumerate(members), key=lambda item: bool(item[1][1] & bits)):
            if not holds:
                continue
            places = [place for place, _ in run]
            first, last = members[places[0]][0], members[places[-1]][0]
            text = f"{first}-" if places[-1] == len(members) - 1 else first if first == last else f"{first}-{last}"
            yield text if own else f"{series}:{text}"


def _series(release: Release) -> str:
    return release.variant or release.product


def _product(header: str) -> str:
    """The product whose releases a name's ranges are about."""
    root = header.split(".")[0]
    return root if root in ("keras", "tf_keras", "keras_preprocessing", "keras_applications") else "tensorflow"


def _file(header: str) -> str:
    """The file of a module or a class: a name in small letters and nothing that a file system minds."""
    parts = re.sub(r"[^a-z0-9_.]", "_", header.lower()).split(".")
    below = parts[1 : 3 if parts[1:2] and parts[1] in _DEEP else 2]
    return "/".join([parts[0], *(below or ["__init__"])]) + ".txt"


def escape(text: str) -> str:
    return re.sub(r"[\\\n\t\r;]", lambda match: _ESCAPES[match[0]], text)


def unescape(text: str) -> str:
    return re.sub(r"\\[\\ntr:]", lambda match: _ESCAPED[match[0]], text) if "\\" in text else text


# Facts as lines.


def _written(table: str, fact: Fact) -> tuple[str, str, str, str]:
    """The file, the block, the name and what it is."""
    if table in ("route", "optimizer"):
        return _written_route(table, fact)
    node = fact[0]
    if table == "member":
        _, name, kind, home_node, home_name = fact
        home = f"{home_node}.{home_name}" if home_node and home_name else home_node or home_name
        what = f"{_KINDS[kind]} {escape(home)}".rstrip(" ")
    elif table == "object":
        _, name, signature = fact
        what = f"({_listed(signature.split(chr(10)), '; ')})"
    elif table == "note":
        _, name, note = fact
        what = f"# {escape(note)}"
    elif table == "module":
        _, target, flags = fact
        name, what = "@import", "\t".join([_words(flags, _FLAGS), target]).rstrip("\t")
    elif table == "node":
        name, what = "@module", escape(fact[1])
    else:
        _, bases, stores, open_ = fact
        columns = [bases.replace("\n", " "), stores.replace("\n", " "), _words(open_, _OPEN)]
        name, what = "@class", "\t".join(columns).rstrip("\t")
    return _file(node), node, name, what


def _read_fact(node: str, name: str, rest: list[str]) -> tuple[str, Fact]:
    what = rest[0] if rest else ""
    if not name.startswith("@"):
        if what.startswith("("):
            return "object", (node, name, "\n".join(unescape(part) for part in what[1:-1].split("; ")))
        if what.startswith("# "):
            return "note", (node, name, unescape(what[2:]))
        word, _, home = what.partition(" ")
        kind = _LETTERS[word]
        if kind in ("m", "r") or home.startswith("builtins."):
            return "member", (node, name, kind, unescape(home), "")
        home_node, _, home_name = home.rpartition(".")
        return "member", (node, name, kind, home_node, home_name)
    second, third = [*rest[1:], "", ""][:2]
    if name == "@import":
        return "module", (node, second, _number(what, _FLAGS))
    if name == "@module":
        return "node", (node, unescape(what))
    return "class", (node, what.replace(" ", "\n"), second.replace(" ", "\n"), _number(third, _OPEN))


def _written_route(table: str, fact: Fact) -> tuple[str, str, str, str]:
    if table == "optimizer":
        name, family, distribution, file, parameters, open_ = fact
        columns = [family, distribution, file, _listed(parameters.split("\n"), "; "), "**" if open_ else ""]
        return "optimizers/classes.txt", name, "@class", "\t".join(columns).rstrip("\t")
    name, namespace, kind, code, *ends = fact
    columns = [namespace, kind, *map(escape, ends)]
    return f"optimizers/{name.lower()}.txt", name, escape(code), "\t".join(columns).rstrip("\t")


def _read_route(header: str, name: str, rest: list[str]) -> tuple[str, Fact]:
    columns = [unescape(column) for column in rest]
    if name == "@class":
        family, distribution, file, _, open_ = [*columns, "", ""][:5]
        parameters = "\n".join(unescape(part) for part in [*rest, "", ""][3].split("; "))
        return "optimizer", (header, family, distribution, file, parameters, int(bool(open_)))
    return "route", (header, columns[0], columns[1], unescape(name), *[*columns[2:], "", "", "", "", ""][:5])


def _listed(parts: Iterable[str], separator: str) -> str:
    return separator.join(map(escape, parts))


def _words(flags: int, words: dict[str, int]) -> str:
    return " ".join(word for word, flag in words.items() if flags & flag)


def _number(text: str, words: dict[str, int]) -> int:
    return sum(words[word] for word in text.split())

"""The file of the catalog: finding it, opening it, and writing it from the record's text.

Facts of all releases stand together, each with the set of releases in which it holds (a span: a bitmap, one bit a
release). The tables:

- ``text``: every name once. ``signature``: every longer text once. ``span``: every set of releases once.
- ``release``: the bits, and how each was recorded; ``provenance``: all that is known of that, which is long.
- ``member``: node (a module, or a class) + name -> kind and home. A home is a node and a name in it; (0, 0) is the
  row's own place. Kinds: ``m`` module, ``c`` class, ``f`` function, ``v`` value, ``p`` property, ``s`` static method,
  ``k`` class method, ``r`` raises (the home's first part is what it says), ``o`` depends on what else is installed,
  or on what the source does not tell.
- ``node``: a module that was read, with what it says about a missing name. ``class``: base classes, attributes that
  its code sets on instances, and what else it answers to (1 any name: it has ``__getattr__``, 2 what it has from
  classes of other packages). ``object``: home -> signature. ``note``: home -> what the release says
  about its deprecation.
- ``module``: what an import statement finds under a name: the node, and flags (1 package, 2 loaded by ``import ROOT``,
  4 unreadable here, 8 loaded as soon as ``tf.keras`` is used, too).
- ``route``: an optimizer's name -> a way to write it, and the class where it ends. ``optimizer``: such a class.
"""

from __future__ import annotations

import json
import os
import struct
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Tuple

if TYPE_CHECKING:
    import sqlite3

PATH = Path(__file__).with_name("catalog.sqlite")
PACKAGE, LOADED, UNREADABLE, TOUCHED = 1, 2, 4, 8
FOREIGN = 2
FORMAT = 3
READ = "source"
"""The method of a record that was read from the release's source; the others are measured."""
RUN = 16
"""So many names in order are found by the first of them."""
_PAGE = 4096

# Table -> columns; "t:" marks a name, "s:" a longer text that is never looked up; both are stored as numbers.
TABLES: dict[str, tuple[str, ...]] = {
    "member": ("t:node", "t:name", "kind", "t:home_node", "t:home_name"),
    "node": ("t:name", "t:missing"),
    "class": ("t:name", "s:bases", "s:stores", "open"),
    "object": ("t:node", "t:name", "s:signature"),
    "note": ("t:node", "t:name", "s:note"),
    "module": ("t:name", "t:node", "flags"),
    "route": (
        "t:name",
        "s:namespace",
        "s:kind",
        "s:code",
        "t:result",
        "s:error",
        "t:found",
        "s:condition",
        "t:wrapper",
    ),
    "optimizer": ("t:name", "s:family", "s:distribution", "s:file", "s:parameters", "open"),
}
Fact = Tuple[Any, ...]
Facts = Dict[str, Dict[Fact, int]]
"""Table -> fact -> the releases in which it holds, as a bitmap."""


class CatalogError(Exception):
    """The catalog cannot answer: its file is missing or damaged, or a release is not recorded."""


@lru_cache(maxsize=None)
def version_key(version: str) -> tuple[int, ...]:
    """``2.15.0.post1`` sorts after ``2.15.0``: the numbers in it, in order."""
    return tuple(int("".join(filter(str.isdigit, part)) or 0) for part in version.split("."))


class Release(NamedTuple):
    """One recorded release; its place among all of them, in their order, is its bit."""

    product: str
    version: str
    variant: str
    """``legacy``: under TF_USE_LEGACY_KERAS=1, with tf_keras installed."""
    provenance: dict[str, Any]

    @property
    def label(self) -> str:
        return "-".join(filter(None, (self.product, self.version, self.variant)))

    @property
    def order(self) -> tuple[str, tuple[int, ...], str]:
        return self.product, version_key(self.version), self.variant


Releases = List[Release]


def connect(path: Path) -> sqlite3.Connection:
    """Open the catalog read-only; it may lie in a site-packages that nobody may write to."""
    import sqlite3

    if not path.is_file():
        raise CatalogError("The catalog of releases is missing from this installation of kerasmagic; install it again.")
    try:
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        row = connection.execute("SELECT value FROM about WHERE name = 'format'").fetchone()
    except sqlite3.Error as error:
        raise CatalogError(
            "The catalog of releases in this installation of kerasmagic is damaged; install it again."
        ) from error
    if row is None or row[0] != str(FORMAT):
        raise CatalogError(
            "The catalog of releases belongs to another version of kerasmagic; install kerasmagic again."
        )
    return connection


def write_file(path: Path, releases: Releases, facts: Facts) -> None:
    """Write the file in one step, everything in sorted order, so that the same facts give the same bytes.

    Arguments:
        path: the file; what was there is replaced.
        releases: in their order; a release's place is its bit.
        facts: what holds in which of them.
    """
    import sqlite3

    span_ids = {
        bits: place for place, bits in enumerate(sorted({b for rows in facts.values() for b in rows.values()}), 1)
    }
    text_ids = _numbered("t:", facts)
    text_ids[""] = 0
    signature_ids = _numbered("s:", facts)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    if new.exists():
        new.unlink()
    connection = sqlite3.connect(str(new))
    connection.execute(f"PRAGMA page_size = {_PAGE}")
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA secure_delete = ON")  # what moves leaves zeros behind
    connection.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
    connection.execute("INSERT INTO about VALUES ('format', ?)", (str(FORMAT),))
    connection.execute("CREATE TABLE text (id INTEGER PRIMARY KEY, value TEXT)")
    connection.execute("CREATE TABLE signature (id INTEGER PRIMARY KEY, value TEXT)")
    connection.execute("CREATE TABLE span (id INTEGER PRIMARY KEY, bits TEXT)")
    connection.execute("CREATE TABLE release (bit INTEGER PRIMARY KEY, product, version, variant, method)")
    connection.execute("CREATE TABLE provenance (bit INTEGER PRIMARY KEY, value TEXT)")
    connection.executemany(
        "INSERT INTO text VALUES (?, ?)", ((place, value) for value, place in text_ids.items() if value)
    )
    connection.executemany(
        "INSERT INTO signature VALUES (?, ?)", ((place, value) for value, place in signature_ids.items())
    )
    connection.executemany("INSERT INTO span VALUES (?, ?)", ((place, f"{bits:x}") for bits, place in span_ids.items()))
    connection.executemany(
        "INSERT INTO release VALUES (?, ?, ?, ?, ?)",
        (
            (bit, release.product, release.version, release.variant, release.provenance["method"])
            for bit, release in enumerate(releases)
        ),
    )
    provenances = (json.dumps(release.provenance, sort_keys=True) for release in releases)
    connection.executemany("INSERT INTO provenance VALUES (?, ?)", enumerate(provenances))
    for table, columns in TABLES.items():
        plain = [column.split(":")[-1] for column in columns]
        numbers = [{"t": text_ids, "s": signature_ids}.get(column[0]) if ":" in column else None for column in columns]
        key = ", ".join([*plain, "span"])
        connection.execute(f"CREATE TABLE {table} ({key}, PRIMARY KEY ({key})) WITHOUT ROWID")
        rows = (
            (*(value if known is None else known[value] for value, known in zip(fact, numbers)), span_ids[bits])
            for fact, bits in facts[table].items()
        )
        marks = ", ".join("?" * (len(columns) + 1))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", sorted(rows))
    # Names stand in order and are found by the first of each run, a tenth of an index of all;
    # the other names of an object are found by its home.
    connection.execute("CREATE TABLE text_run (value TEXT PRIMARY KEY, id) WITHOUT ROWID")
    runs = [(value, place) for value, place in text_ids.items() if place % RUN == 1]
    connection.executemany("INSERT INTO text_run VALUES (?, ?)", runs)
    connection.execute(
        "CREATE TABLE alias (home_name, home_node, node, name, "
        "PRIMARY KEY (home_name, home_node, node, name)) WITHOUT ROWID"
    )
    aliases = {
        (text_ids[home_name], text_ids[home_node], text_ids[node], text_ids[name])
        for (node, name, _, home_node, home_name) in facts["member"]
        if home_name and is_public(node)
    }
    connection.executemany("INSERT INTO alias VALUES (?, ?, ?, ?)", sorted(aliases))
    connection.commit()
    connection.execute("VACUUM")
    connection.close()
    new.write_bytes(_settled(new.read_bytes()))
    new.replace(path)


def _settled(file: bytes) -> bytes:
    """The file without what another release of SQLite would write in another way.

    Its header notes which SQLite wrote it. In a page of a table, what stands between the places of the rows (behind a
    header of 8 bytes, or of 12 where pages are below it) and the rows is whatever stood there before.
    """
    data = bytearray(file)
    data[96:100] = bytes(4)
    for page in range(0, len(data), _PAGE):
        header = page + 100 * (page == 0)
        if data[header] in (2, 5, 10, 13):
            rows, content = struct.unpack(">HH", data[header + 3 : header + 7])
            start = header + (12 if data[header] < 10 else 8) + 2 * rows
            data[start : page + content] = bytes(page + content - start)
    return bytes(data)


def _numbered(mark: str, facts: Facts) -> dict[str, int]:
    values = {
        value
        for table, columns in TABLES.items()
        for fact in facts[table]
        for value, column in zip(fact, columns)
        if column.startswith(mark) and (value or mark == "s:")
    }
    return {value: place for place, value in enumerate(sorted(values), 1)}


def is_public(node: str) -> bool:
    """Whether a module belongs to what its package offers: no internals on the way to it, ``_api`` trees apart."""
    if node.startswith(("tensorflow.python.", "tensorflow_estimator.python.")):
        return False
    return ".src." not in node and not node.endswith(".src")

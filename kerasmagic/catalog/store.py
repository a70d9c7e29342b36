"""The file of the catalog: reading, and writing it anew.

Facts of all releases stand together, each with the set of releases in which it holds (a span: a bitmap, one bit a
release). The tables:

- ``text``: every name once. ``signature``: every signature once. ``span``: every set of releases once.
- ``release``: the bits, with their provenance.
- ``member``: node (a module, or a class) + name -> kind and home. A home is a node and a name in it; (0, 0) is the
  row's own place. Kinds: ``m`` module, ``c`` class, ``f`` function, ``v`` value, ``p`` property, ``s`` static method,
  ``k`` class method, ``r`` raises (the home's first part is what it says).
- ``node``: a module that was read, with what it says about a missing name. ``class``: base classes, attributes that
  its code sets on instances, whether it has ``__getattr__``. ``object``: home -> signature.
- ``module``: what an import statement finds under a name: the node, and flags (1 package, 2 loaded by ``import ROOT``,
  4 unreadable here, 8 loaded as soon as ``tf.keras`` is used, too).
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Tuple

if TYPE_CHECKING:
    import sqlite3

PATH = Path(__file__).with_name("catalog.sqlite")
PACKAGE, LOADED, UNREADABLE, TOUCHED = 1, 2, 4, 8
FORMAT = 1

# Table -> columns; "t:" marks a name, "s:" a longer text that is never looked up; both are stored as numbers.
TABLES: dict[str, tuple[str, ...]] = {
    "member": ("t:node", "t:name", "kind", "t:home_node", "t:home_name"),
    "node": ("t:name", "t:missing"),
    "class": ("t:name", "s:bases", "s:stores", "open"),
    "object": ("t:node", "t:name", "s:signature"),
    "module": ("t:name", "t:node", "flags"),
}
Fact = Tuple[Any, ...]


class CatalogError(Exception):
    """The catalog cannot answer: its file is missing or damaged, or a release is not recorded."""


def connect(path: Path | None = None) -> sqlite3.Connection:
    """Open the catalog read-only; it may lie in a site-packages that nobody may write to."""
    import sqlite3

    path = path or PATH
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


Releases = List[Dict[str, Any]]
Facts = Dict[str, Dict[Fact, int]]


def read_all(path: Path) -> tuple[Releases, Facts]:
    """Everything that the file holds: the releases, and each table's facts with their bitmaps."""
    connection = connect(path)
    texts = dict(connection.execute("SELECT id, value FROM text"))
    texts[0] = ""
    signatures = dict(connection.execute("SELECT id, value FROM signature"))
    spans = {row[0]: int(row[1], 16) for row in connection.execute("SELECT id, bits FROM span")}
    names = ("bit", "product", "version", "variant", "provenance")
    releases = [dict(zip(names, row)) for row in connection.execute(f"SELECT {', '.join(names)} FROM release")]
    facts: Facts = {}
    for table, columns in TABLES.items():
        plain = [column.split(":")[-1] for column in columns]
        lookup = [{"t": texts, "s": signatures}.get(column[0]) if ":" in column else None for column in columns]
        facts[table] = {
            tuple(value if known is None else known[value] for value, known in zip(row, lookup)): spans[row[-1]]
            for row in connection.execute(f"SELECT {', '.join(plain)}, span FROM {table}")
        }
    connection.close()
    return releases, facts


def write_all(path: Path, releases: Releases, facts: Facts) -> None:
    """Write the file anew, everything in sorted order, so that the same facts give the same bytes."""
    import sqlite3

    ordered = sorted(
        releases, key=lambda release: (release["product"], version_key(release["version"]), release["variant"])
    )
    moved = {release["bit"]: place for place, release in enumerate(ordered)}

    def renumber(bits: int) -> int:
        result = 0
        for old, new in moved.items():
            if bits >> old & 1:
                result |= 1 << new
        return result

    spans = sorted({bits for table in facts.values() for bits in table.values()})
    new_bits = {bits: renumber(bits) for bits in spans}
    span_ids = {bits: place for place, bits in enumerate(sorted(set(new_bits.values())), 1)}
    text_ids = _numbered("t:", facts)
    text_ids[""] = 0
    signature_ids = _numbered("s:", facts)
    new = path.with_suffix(".new")
    if new.exists():
        new.unlink()
    connection = sqlite3.connect(str(new))
    connection.execute("PRAGMA page_size = 4096")
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
    connection.execute("INSERT INTO about VALUES ('format', ?)", (str(FORMAT),))
    connection.execute("CREATE TABLE text (id INTEGER PRIMARY KEY, value TEXT)")
    connection.execute("CREATE TABLE signature (id INTEGER PRIMARY KEY, value TEXT)")
    connection.execute("CREATE TABLE span (id INTEGER PRIMARY KEY, bits TEXT)")
    connection.execute("CREATE TABLE release (bit INTEGER PRIMARY KEY, product, version, variant, provenance)")
    connection.executemany(
        "INSERT INTO text VALUES (?, ?)", ((place, value) for value, place in text_ids.items() if value)
    )
    connection.executemany(
        "INSERT INTO signature VALUES (?, ?)", ((place, value) for value, place in signature_ids.items())
    )
    connection.executemany("INSERT INTO span VALUES (?, ?)", ((place, f"{bits:x}") for bits, place in span_ids.items()))
    for release in ordered:
        row = (moved[release["bit"]], release["product"], release["version"], release["variant"], release["provenance"])
        connection.execute("INSERT INTO release VALUES (?, ?, ?, ?, ?)", row)
    for table, columns in TABLES.items():
        plain = [column.split(":")[-1] for column in columns]
        numbers = [{"t": text_ids, "s": signature_ids}.get(column[0]) if ":" in column else None for column in columns]
        key = ", ".join([*plain, "span"])
        connection.execute(f"CREATE TABLE {table} ({key}, PRIMARY KEY ({key})) WITHOUT ROWID")
        rows = (
            (
                *(value if known is None else known[value] for value, known in zip(fact, numbers)),
                span_ids[new_bits[bits]],
            )
            for fact, bits in facts[table].items()
            if bits
        )
        marks = ", ".join("?" * (len(columns) + 1))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", sorted(rows))
    # Names are found by a hash, which takes a quarter of an index of the names;
    # the other names of an object are found by its home.
    connection.execute("CREATE TABLE text_hash (hash, id, PRIMARY KEY (hash, id)) WITHOUT ROWID")
    hashes = sorted((text_hash(value), place) for value, place in text_ids.items() if value)
    connection.executemany("INSERT INTO text_hash VALUES (?, ?)", hashes)
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
    new.replace(path)


def _numbered(mark: str, facts: Facts) -> dict[str, int]:
    values = {
        value
        for table, columns in TABLES.items()
        for fact in facts[table]
        for value, column in zip(fact, columns)
        if column.startswith(mark) and (value or mark == "s:")
    }
    return {value: place for place, value in enumerate(sorted(values), 1)}


def text_hash(value: str) -> int:
    return zlib.crc32(value.encode()) & 0x7FFFFF


def is_public(node: str) -> bool:
    """Whether a module belongs to what its package offers: no internals on the way to it, ``_api`` trees apart."""
    if node.startswith(("tensorflow.python.", "tensorflow_estimator.python.")):
        return False
    return ".src." not in node and not node.endswith(".src")


@lru_cache(maxsize=None)
def version_key(version: str) -> tuple[int, ...]:
    """``2.15.0.post1`` sorts after ``2.15.0``: the numbers in it, in order."""
    return tuple(int("".join(filter(str.isdigit, part)) or 0) for part in version.split("."))


def merge(
    path: Path, product: str, version: str, variant: str, provenance: str, facts: Iterable[tuple[str, Fact]]
) -> None:
    """Put one release's facts into the file, in the place of what was recorded for it before."""
    releases: Releases = []
    table_facts: Facts = {table: {} for table in TABLES}
    if path.exists():
        releases, table_facts = read_all(path)
    identity = (product, version, variant)
    bits = [r["bit"] for r in releases if (r["product"], r["version"], r["variant"]) == identity]
    bit = bits[0] if bits else len(releases)
    if bits:
        for table in table_facts.values():
            for fact in table:
                table[fact] &= ~(1 << bit)
    releases = [release for release in releases if release["bit"] != bit]
    releases.append({"bit": bit, "product": product, "version": version, "variant": variant, "provenance": provenance})
    for name, fact in facts:
        rows = table_facts[name]
        rows[fact] = rows.get(fact, 0) | 1 << bit
    write_all(path, releases, table_facts)

"""Look-ups in the catalog's file: one connection, opened when something is first asked, and small caches."""

from __future__ import annotations

import os
import threading
from functools import cached_property, lru_cache
from typing import Any, Dict, NamedTuple, Tuple, TypeVar

from .building import current
from .store import FOREIGN, READ, RUN, CatalogError, connect

Recorded = TypeVar("Recorded")


class Row(NamedTuple):
    kind: str
    home: str


class ModuleRow(NamedTuple):
    node: str
    flags: int


class Shape(NamedTuple):
    """A class: its bases in the order of look-up, the attributes its code sets, whether its instances answer to any
    name, and whether it has names from classes of other packages, which are not recorded."""

    bases: tuple[str, ...]
    stores: frozenset[str]
    open: bool
    foreign: bool


class _Catalog:
    """The open file. Each process opens its own: a connection does not survive a fork."""

    def __init__(self) -> None:
        self.connection = connect(current())
        self.process = os.getpid()
        self.lock = threading.Lock()
        self.spans = _Spans(self)
        self.releases: list[tuple[int, str, str, str]] = self.query(
            "SELECT bit, product, version, variant FROM release ORDER BY bit"
        )

    @cached_property
    def recorded(self) -> dict[str, tuple[str, ...]]:
        """Product -> its releases, oldest first."""
        found: dict[str, tuple[str, ...]] = {}
        for _, product, version, variant in self.releases:
            if not variant:
                found[product] = (*found.get(product, ()), version)
        return found

    def query(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        import sqlite3

        try:
            with self.lock:
                return self.connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise CatalogError(
                "The catalog of releases in this installation of kerasmagic is damaged; install it again."
            ) from error


class _Spans(Dict[int, int]):
    """Number -> a set of releases, read when it is first met: to read all takes as long as several answers."""

    def __init__(self, catalog: _Catalog) -> None:
        self.catalog = catalog

    def __missing__(self, place: int) -> int:
        ((bits,),) = self.catalog.query("SELECT bits FROM span WHERE id = ?", (place,))
        self[place] = int(bits, 16)
        return self[place]


_open: list[_Catalog] = []
_opening = threading.Lock()


def catalog() -> _Catalog:
    if not _open or _open[0].process != os.getpid():
        with _opening:
            if not _open or _open[0].process != os.getpid():
                _open[:] = [_Catalog()]
    return _open[0]


def releases() -> dict[str, tuple[str, ...]]:
    """Product -> recorded releases, oldest first."""
    return catalog().recorded


@lru_cache(maxsize=256)
def bits_of(chosen: tuple[tuple[str, str], ...], legacy: bool) -> int:
    """The bits of some releases; TensorFlow with its legacy Keras is a record of its own, where there is one."""
    rows = {(product, version, variant): bit for bit, product, version, variant in catalog().releases}
    bits = 0
    for product, version in chosen:
        bit = rows.get((product, version, "legacy")) if legacy else None
        bits |= 1 << (rows[product, version, ""] if bit is None else bit)
    return bits


_TEXT_ID = (
    "SELECT t.id FROM (SELECT id FROM text_run WHERE value <= ? ORDER BY value DESC LIMIT 1) r "
    f"CROSS JOIN text t WHERE t.id BETWEEN r.id AND r.id + {RUN - 1} AND t.value = ?"
)


@lru_cache(maxsize=16384)
def text_id(value: str) -> int:
    """The number of a name; 0 where no record has it."""
    rows = catalog().query(_TEXT_ID, (value, value))
    return int(rows[0][0]) if rows else 0


@lru_cache(maxsize=16384)
def text(place: int) -> str:
    if not place:
        return ""
    return str(catalog().query("SELECT value FROM text WHERE id = ?", (place,))[0][0])


@lru_cache(maxsize=8192)
def member_rows(node: str, name: str) -> tuple[tuple[Row, int], ...]:
    """Everything that a name is in a module or class, with the bits of the releases."""
    node_id, name_id = text_id(node), text_id(name)
    if not node_id or not name_id:
        return ()
    here = catalog()
    rows = here.query(
        "SELECT m.kind, n.value, h.value, m.span FROM member m LEFT JOIN text n ON n.id = m.home_node "
        "LEFT JOIN text h ON h.id = m.home_name WHERE m.node = ? AND m.name = ?",
        (node_id, name_id),
    )
    return tuple(
        (Row(kind, f"{node}.{name}" if name else node or ""), here.spans[span]) for kind, node, name, span in rows
    )


def _in(rows: tuple[tuple[Recorded, int], ...], bits: int) -> Recorded | None:
    """What some releases have, of what all of them have."""
    for recorded, span in rows:  # the innermost loop of every question: a generator would take twice as long
        if span & bits:
            return recorded
    return None


def member(node: str, name: str, bits: int) -> Row | None:
    return _in(member_rows(node, name), bits)


@lru_cache(maxsize=64)
def members(node: str, bits: int) -> tuple[str, ...]:
    here = catalog()
    rows = here.query(
        "SELECT t.value, m.span FROM member m JOIN text t ON t.id = m.name "
        "WHERE m.node = ? AND m.kind NOT IN ('r', 'o')",
        (text_id(node),),
    )
    return tuple(name for name, span in rows if here.spans[span] & bits)


@lru_cache(maxsize=256)  # no index has it: each reads all members
def nodes_with(name: str) -> tuple[str, ...]:
    """The modules and classes that have a member by this name in any release."""
    rows = catalog().query(
        "SELECT DISTINCT node FROM member WHERE name = ? AND kind NOT IN ('r', 'o')", (text_id(name),)
    )
    return tuple(text(node) for (node,) in rows)


@lru_cache(maxsize=4096)
def _node_rows(node: str) -> tuple[tuple[str, int], ...]:
    here = catalog()
    rows = here.query("SELECT missing, span FROM node WHERE name = ?", (text_id(node),))
    return tuple((text(missing), here.spans[span]) for missing, span in rows)


def node_known(node: str, bits: int) -> bool:
    return _in(_node_rows(node), bits) is not None


def missing_text(node: str, bits: int) -> str:
    return _in(_node_rows(node), bits) or ""


@lru_cache(maxsize=4096)
def module_rows(name: str) -> tuple[tuple[ModuleRow, int], ...]:
    here = catalog()
    rows = here.query("SELECT node, flags, span FROM module WHERE name = ?", (text_id(name),))
    return tuple((ModuleRow(text(node) or name, flags), here.spans[span]) for node, flags, span in rows)


def module(name: str, bits: int) -> ModuleRow | None:
    return _in(module_rows(name), bits)


@lru_cache(maxsize=4096)
def signature_rows(home: str) -> tuple[tuple[str, int], ...]:
    node, _, name = home.rpartition(".")
    here = catalog()
    rows = here.query(
        "SELECT s.value, o.span FROM object o JOIN signature s ON s.id = o.signature WHERE o.node = ? AND o.name = ?",
        (text_id(node), text_id(name)),
    )
    return tuple((value, here.spans[span]) for value, span in rows)


def signature(home: str, bits: int) -> str | None:
    return _in(signature_rows(home), bits)


@lru_cache(maxsize=4096)
def note_rows(home: str) -> tuple[tuple[str, int], ...]:
    node, _, name = home.rpartition(".")
    here = catalog()
    rows = here.query(
        "SELECT s.value, o.span FROM note o JOIN signature s ON s.id = o.note WHERE o.node = ? AND o.name = ?",
        (text_id(node), text_id(name)),
    )
    return tuple((value, here.spans[span]) for value, span in rows)


def note(home: str, bits: int) -> str:
    """What a release itself says about the deprecation of a class, a function or a method; ``""`` for nothing."""
    return _in(note_rows(home), bits) or ""


@lru_cache(maxsize=1024)
def shape(home: str, bits: int) -> Shape | None:
    here = catalog()
    rows = here.query(
        "SELECT b.value, s.value, c.open, c.span FROM class c JOIN signature b ON b.id = c.bases "
        "JOIN signature s ON s.id = c.stores WHERE c.name = ?",
        (text_id(home),),
    )
    for bases, stores, open_, span in rows:
        if here.spans[span] & bits:
            names = frozenset(filter(None, stores.split("\n")))
            return Shape(tuple(filter(None, bases.split("\n"))), names, bool(open_), bool(open_ & FOREIGN))
    return None


def lineage(home: str, bits: int) -> tuple[str, ...]:
    """A class and its bases, in the order of look-up; () where the class is not recorded."""
    found = shape(home, bits)
    return () if found is None else (home, *found.bases)


def public_names() -> tuple[str, ...]:
    """The last parts of all public names, in any release."""
    rows = catalog().query("SELECT DISTINCT t.value FROM alias a JOIN text t ON t.id = a.name")
    return tuple(name for (name,) in rows)


@lru_cache(maxsize=1024)
def aliases(home: str) -> tuple[tuple[str, str], ...]:
    """(module, name) of every public name of an object in any release."""
    node, _, name = home.rpartition(".")
    rows = catalog().query(
        "SELECT n.value, m.value FROM alias a JOIN text n ON n.id = a.node JOIN text m ON m.id = a.name "
        "WHERE a.home_name = ? AND a.home_node = ?",
        (text_id(name), text_id(node)),
    )
    return tuple(rows)


Described = Tuple[Any, ...]


def _described(row: tuple[Any, ...], columns: str) -> Described:
    """The values of a row that is told in numbers of texts, its span left out; the first names what was asked for."""
    known = {"t": text, "s": _longer}
    return tuple(known[mark](value) if mark in known else value for mark, value in zip(columns, row))


@lru_cache(maxsize=4096)
def _longer(place: int) -> str:
    return str(catalog().query("SELECT value FROM signature WHERE id = ?", (place,))[0][0])


def routes(name: str, bits: int) -> tuple[Described, ...]:
    """The ways to write an optimizer: namespace, kind, code, result, error, found, condition, wrapper."""
    here = catalog()
    rows = here.query("SELECT * FROM route WHERE name = ?", (text_id(name),))
    return tuple(_described(row[1:], "ssststst") for row in rows if here.spans[row[-1]] & bits)


def optimizers(bits: int) -> tuple[str, ...]:
    """The optimizers whose routes were measured."""
    here = catalog()
    rows = here.query("SELECT DISTINCT name, span FROM route")
    return tuple(sorted({text(name) for name, span in rows if here.spans[span] & bits}, key=str.lower))


def optimizer_class(name: str, bits: int) -> Described | None:
    """A class of optimizers: its name, family, distribution, file, parameters, and whether it takes ``**kwargs``."""
    here = catalog()
    rows = here.query("SELECT * FROM optimizer WHERE name = ?", (text_id(name),))
    return next((_described(row, "tssss-") for row in rows if here.spans[row[-1]] & bits), None)


def provenance(product: str, version: str, variant: str = "") -> dict[str, Any]:
    """Where a record is from: Python, probe, wheels, and the packages beside it."""
    import json

    rows = catalog().query(
        "SELECT value FROM provenance JOIN release USING (bit) WHERE product = ? AND version = ? AND variant = ?",
        (product, version, variant),
    )
    found: dict[str, Any] = json.loads(rows[0][0]) if rows else {}
    return found


@lru_cache(maxsize=256)
def was_read(product: str, version: str) -> bool:
    """Whether a release was read from its source; the others are measured."""
    rows = catalog().query("SELECT method FROM release WHERE product = ? AND version = ?", (product, version))
    return (READ,) in rows

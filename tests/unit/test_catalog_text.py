"""The record as text, and the file that is built from it: nothing is lost, and the same text gives the same bytes."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from kerasmagic.catalog import building
from kerasmagic.catalog.store import TABLES, CatalogError, Release, connect, write_file
from kerasmagic.catalog.text import FOLDER, read_text, write_text

MADE = {"method": "introspection", "python": "3.10.13"}
RELEASES = [
    Release("keras", "2.9.0", "", MADE),
    Release("keras", "2.10.0", "", MADE),
    Release("keras", "3.0.0", "", {**MADE, "python": "3.11.7", "freeze": ["numpy==1.26.4"]}),
    Release("tensorflow", "2.15.1", "", MADE),
    Release("tensorflow", "2.15.1", "legacy", MADE),
]
FACTS = {
    "member": {
        ("keras.layers", "Dense", "c", "keras.src.layers.core.dense", "Dense"): 0b100,
        ("keras.layers", "Dense", "c", "", ""): 0b011,
        ("keras.layers", "core", "m", "keras.layers.core", ""): 0b001,
        ("keras.layers", "ZERO", "v", "builtins.int", ""): 0b101,
        ("keras.layers", "old", "r", "ImportError: no `old`;\nuse\tnew \\n", ""): 0b100,
        ("tensorflow", "add", "f", "tensorflow.python.ops.math_ops", "add"): 0b11000,
        ("tensorflow", "only_legacy", "p", "", ""): 0b10000,
    },
    "node": {("keras.layers", ""): 0b111, ("?__internal__", "AttributeError: {name}"): 0b01000},
    "class": {("keras.layers.Dense", "keras.layers.Layer\nkeras.Base", "units\nbias", 3): 0b111},
    "object": {
        ("keras.layers", "Dense", "units\nsplit='; '\npool=(1, 1)\n&name='a\\tb'\n**kwargs\n!dtype decay?"): 0b111,
        ("keras.layers", "nothing", ""): 0b1,
        ("tensorflow.python.ops", "relu", "x"): 0b00001,
    },
    "note": {("keras.layers", "Dense", "Instructions for updating: use `x; y`."): 0b100},
    "module": {("keras.layers", "", 3): 0b111, ("keras.layers.late", "keras.src.late", 0): 0b100},
    "route": {
        ("Adam", "keras", "get", 'keras.optimizers.get("adam")', "", "ValueError: no; never", "a.B", "", ""): 0b01000
    },
    "optimizer": {("keras.Adam", "Keras 3", "keras 3.0.0", "keras/adam.py", "lr=0.1\nname='Adam; x'", 1): 0b01000},
}


def test_what_is_written_is_what_is_read(tmp_path) -> None:
    write_text(RELEASES, FACTS, tmp_path)
    assert read_text(tmp_path) == (RELEASES, FACTS)


def test_a_line_a_name_with_its_releases(tmp_path) -> None:
    write_text(RELEASES, FACTS, tmp_path)
    assert (tmp_path / "keras" / "layers.txt").read_text().splitlines()[:9] == [
        "keras.layers",
        "\t@import\t2.9.0-\tpackage loaded",
        "\t@module\t2.9.0-",
        "\tDense\t3.0.0-\t# Instructions for updating: use `x\\: y`.",
        "\tDense\t2.9.0-\t(units; split='\\: '; pool=(1, 1); &name='a\\\\tb'; **kwargs; !dtype decay?)",
        "\tDense\t2.9.0-2.10.0\tclass",
        "\tDense\t3.0.0-\tclass keras.src.layers.core.dense.Dense",
        "\tZERO\t2.9.0 3.0.0-\tvalue builtins.int",
        "\tcore\t2.9.0\tmodule keras.layers.core",
    ]
    assert "\tadd\t2.15.1- legacy:2.15.1-\tfunction" in (tmp_path / "tensorflow" / "__init__.txt").read_text()
    assert "\trelu\tkeras:2.9.0\t(x)" in (tmp_path / "tensorflow" / "python" / "ops.txt").read_text()


def test_a_new_release_changes_only_the_lines_of_what_came_and_went(tmp_path) -> None:
    write_text(RELEASES[:3], {**NOTHING, "member": {KEPT: 0b111, GONE: 0b111}}, tmp_path)
    before = (tmp_path / "keras" / "layers.txt").read_text().splitlines()
    newer = [*RELEASES[:3], Release("keras", "3.1.0", "", MADE)]
    write_text(newer, {**NOTHING, "member": {KEPT: 0b1111, GONE: 0b111, NEW: 0b1000}}, tmp_path)
    after = (tmp_path / "keras" / "layers.txt").read_text().splitlines()
    assert sorted(set(after) - set(before)) == ["\tgone\t2.9.0-3.0.0\tclass", "\tnew\t3.1.0-\tclass"]


NOTHING = {table: {} for table in TABLES}
KEPT, GONE, NEW = (("keras.layers", name, "c", "", "") for name in ("kept", "gone", "new"))


@pytest.mark.parametrize("line", ["\tDense\t9.9.9\tclass", "\tDense\t2.9.0-\tklass", "\tDense", "\tx\t\t"])
def test_a_damaged_line_is_named(tmp_path, line) -> None:
    write_text(RELEASES, FACTS, tmp_path)
    path = tmp_path / "keras" / "layers.txt"
    path.write_text(f"keras.layers\n{line}\n")
    with pytest.raises(CatalogError, match=r"Line 2 of keras/layers\.txt in the record is damaged"):
        read_text(tmp_path)


def test_the_file_holds_every_fact_of_the_text(tmp_path) -> None:
    path = tmp_path / "catalog.sqlite"
    write_file(path, RELEASES, FACTS)
    connection = connect(path)
    texts = {0: "", **dict(connection.execute("SELECT id, value FROM text"))}
    longer = dict(connection.execute("SELECT id, value FROM signature"))
    spans = {place: int(bits, 16) for place, bits in connection.execute("SELECT id, bits FROM span")}
    for table, columns in TABLES.items():
        known = [{"t:": texts, "s:": longer}.get(column[:2]) for column in columns]
        rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
        found = {
            tuple(value if names is None else names[value] for names, value in zip(known, row)): spans[row[-1]]
            for row in rows
        }
        assert found == FACTS[table]
    assert [row[0] for row in connection.execute("SELECT version FROM release ORDER BY bit")] == [
        r[1] for r in RELEASES
    ]


def test_the_same_facts_give_the_same_bytes_whatever_their_order(tmp_path) -> None:
    write_file(tmp_path / "one", RELEASES, FACTS)
    write_file(tmp_path / "other", RELEASES, {table: dict(reversed(list(FACTS[table].items()))) for table in TABLES})
    data = (tmp_path / "one").read_bytes()
    assert (tmp_path / "other").read_bytes() == data
    assert data[96:100] == bytes(4)  # not which SQLite it was
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "other"]


# Where a clone is used as it is.


@pytest.fixture
def clone(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "clone" / "record"
    write_text(RELEASES, FACTS, folder)
    monkeypatch.setattr(building, "FOLDER", folder)
    monkeypatch.setattr(building, "PATH", folder.with_name("catalog.sqlite"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def test_a_clone_builds_its_file_once_and_again_when_the_text_changes(clone) -> None:
    path = building.current()
    assert path == building.PATH
    connect(path).close()
    first = path.stat().st_mtime_ns
    assert building.current() == path and path.stat().st_mtime_ns == first
    os.utime(path, ns=(0, 0))
    building.current()
    assert path.stat().st_mtime_ns > 0
    os.utime(path, ns=(0, clone.stat().st_mtime_ns))
    (clone / "keras" / "layers.txt").unlink()
    os.utime(clone / "keras", ns=(0, clone.stat().st_mtime_ns + 1))
    building.current()
    assert path.stat().st_mtime_ns > clone.stat().st_mtime_ns


def test_where_nobody_may_write_the_file_is_built_elsewhere(clone, monkeypatch, tmp_path) -> None:
    def refuse_beside_the_text(path, *record):
        if path == building.PATH:
            raise PermissionError(13, "Permission denied")
        write_file(path, *record)

    monkeypatch.setattr(building, "write_file", refuse_beside_the_text)
    path = building.current()
    assert tmp_path / "cache" in path.parents
    assert building.current() == path
    connect(path).close()


def test_without_any_place_to_keep_it_the_file_is_this_process_s(clone, monkeypatch, tmp_path) -> None:
    def refuse(path, *record):
        if path.name != "catalog.sqlite" or path == building.PATH:
            raise PermissionError(13, "Permission denied")
        write_file(path, *record)

    monkeypatch.setattr(building, "write_file", refuse)
    path = building.current()
    assert path not in (building.PATH,) and tmp_path not in path.parents
    connect(path).close()
    path.unlink()
    path.parent.rmdir()


def test_an_installation_has_its_file_and_no_text(clone, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(building, "FOLDER", tmp_path / "nowhere")
    assert building.current() == building.PATH


def test_a_file_that_is_locked_or_may_not_be_written_is_read_all_the_same(tmp_path) -> None:
    path = tmp_path / "folder" / "catalog.sqlite"
    path.parent.mkdir()
    write_file(path, RELEASES, FACTS)
    locking = sqlite3.connect(str(path), isolation_level=None)
    locking.execute("BEGIN EXCLUSIVE")
    before = sorted(entry.name for entry in path.parent.iterdir())
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        connection = connect(path)
        assert connection.execute("SELECT version FROM release WHERE bit = 2").fetchall() == [("3.0.0",)]
        connection.close()
        assert sorted(entry.name for entry in path.parent.iterdir()) == before
    finally:
        path.parent.chmod(0o755)
        locking.close()


def test_the_record_s_text_is_as_it_is_written(tmp_path) -> None:
    """No line was edited by hand into another form than the recorder's."""
    if not FOLDER.is_dir():
        return
    write_text(*read_text(), tmp_path)
    shipped = {path.relative_to(FOLDER): path.read_bytes() for path in FOLDER.rglob("*.*")}
    assert {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")} == shipped
